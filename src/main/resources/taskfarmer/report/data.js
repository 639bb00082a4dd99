// Data: the columns that the page was given, unpacked. Column says how they are written.

const FINISHED = 0;
const FAILED = 1;
const REQUEUED = 2;
const LOST = 3;
const RUNNING = 4;
const RETRIED = 5;
const CANCELLED = 6;

/** Returns the bytes of a column, and forgets its text. */
async function column(name) {
    const element = document.getElementById('data-' + name);
    const text = atob(element.textContent);
    element.remove();
    const packed = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) {
        packed[i] = text.charCodeAt(i);
    }
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Hands over each number of a column with its index. Numbers may have 53 bits, so bits are not shifted but multiplied. */
function forEachNumber(bytes, action) {
    let index = 0;
    let number = 0;
    let unit = 1;
    for (let at = 0; at < bytes.length; at++) {
        const byte = bytes[at];
        if (byte < 0x80) {
            action(number + byte * unit, index++);
            number = 0;
            unit = 1;
        } else {
            number += (byte & 0x7f) * unit;
            unit *= 0x80;
        }
    }
    return index;
}

const unfolded = (number) => (number % 2 === 0 ? number / 2 : -(number + 1) / 2);

async function numbers(name, into) {
    forEachNumber(await column(name), (number, i) => {
        into[i] = number;
    });
    return into;
}

/** Reads a column of numbers that are one more than what they stand for; -1 where it is not known, null if it never is. */
async function known(name, count) {
    const bytes = await column(name);
    const values = bytes.length > 0 ? new Float64Array(count) : null;
    forEachNumber(bytes, (number, i) => {
        values[i] = number - 1;
    });
    return values;
}

/**
 * Reads all attempts. They are known by their index; those of one slot are neighbours, in the order of their starts. Times are
 * in µs since the beginning of the page's time.
 */
async function readData() {
    const data = JSON.parse(new TextDecoder().decode(await column('meta')));
    const n = data.attempts;
    data.zeroMillis = data.zero / 1000;
    let first = 0;
    data.slots = data.slots.map(([farmer, number, from, to, count]) => {
        const slot = { farmer, number, from, to, first, end: first + count };
        first += count;
        return slot;
    });
    data.placed = first; // those behind are nowhere: of some ends nothing but the fact is known
    data.slotOf = new Int32Array(n).fill(-1);
    data.slots.forEach((slot, i) => data.slotOf.fill(i, slot.first, slot.end));
    data.durations = await numbers('durations', new Float64Array(n));
    data.starts = new Float64Array(n);
    data.ends = new Float64Array(n);
    let slot = -1;
    let before = 0;
    forEachNumber(await column('starts'), (number, i) => {
        if (data.slotOf[i] !== slot) {
            slot = data.slotOf[i];
            before = 0;
        }
        data.starts[i] = before + unfolded(number);
        before = data.ends[i] = data.starts[i] + data.durations[i];
    });
    data.tasks = new Int32Array(n);
    before = 0;
    forEachNumber(await column('tasks'), (number, i) => {
        before = data.tasks[i] = before + unfolded(number);
    });
    data.numbers = await numbers('numbers', new Uint16Array(n));
    data.states = await numbers('outcomes', new Uint8Array(n));
    data.details = await numbers('details', new Int32Array(n));
    data.causes = await numbers('causes', new Uint16Array(n));
    data.cpu = await known('cpu', n); // ms
    data.memory = await known('memory', n); // KiB
    const ids = [];
    before = 0;
    forEachNumber(await column('commandids'), (number) => ids.push((before += number)));
    data.commandIds = Int32Array.from(ids);
    data.commandTexts = new TextDecoder().decode(await column('commands')).split('\n');
    return data;
}

/** Returns how many elements of a sorted array, between two indices, are less than a value, as an index. */
function lowerBound(sorted, value, from, to) {
    let low = from;
    let high = to;
    while (low < high) {
        const middle = (low + high) >>> 1;
        if (sorted[middle] < value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/** Returns the index of a task's command among those that are on the page, -1 if it is not. */
function commandIndex(data, task) {
    const at = lowerBound(data.commandIds, task, 0, data.commandIds.length);
    return data.commandIds[at] === task ? at : -1;
}
