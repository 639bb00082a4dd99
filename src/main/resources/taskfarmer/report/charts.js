// Charts below the timeline, which show the same time, and the histogram of durations.

const CHART_TOP = 8;
const CHART_BOTTOM = 20;

/** Durations that are easily read, in µs. */
const ROUND_DURATIONS = [
    ...[1e2, 1e3, 1e4, 1e5, 1e6].flatMap((power) => [power, 2 * power, 5 * power]),
    ...[10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 18000, 43200, 86400, 172800, 432000, 864000].map((s) => s * 1e6),
];

/** Times in order, with their sums, so that what happened before any time is known at once. */
class Moments {
    constructor(times) {
        this.times = times.sort();
        this.sums = new Float64Array(times.length + 1);
        for (let i = 0; i < times.length; i++) {
            this.sums[i + 1] = this.sums[i] + this.times[i];
        }
    }

    /** Returns how many came before a time. */
    before(time) {
        return lowerBound(this.times, time, 0, this.times.length);
    }

    /** Returns the sum, over those before a time, of the time since. */
    since(time) {
        const count = this.before(time);
        return count * time - this.sums[count];
    }
}

/** Returns how many things were there on average from one time to another, given when they came and went. */
function average(came, went, from, to) {
    return Math.max(0, (came.since(to) - came.since(from) - went.since(to) + went.since(from)) / (to - from));
}

class Charts {
    constructor(data, filter) {
        this.data = data;
        this.filter = filter;
        this.running = document.getElementById('running');
        this.throughput = document.getElementById('throughput');
        this.histogram = document.getElementById('histogram');
        this.colors = palette();
        this.refilter();
        for (const canvas of [this.running, this.throughput]) {
            canvas.addEventListener('pointermove', (event) => this.read(event.clientX - canvas.getBoundingClientRect().left));
            canvas.addEventListener('pointerleave', () => this.read(-1));
        }
        new ResizeObserver(() => this.drawHistogram()).observe(this.histogram);
    }

    restyle() {
        this.colors = palette();
        this.drawHistogram();
    }

    /** Looks at other attempts. */
    refilter() {
        const { data, filter } = this;
        const { mask } = filter;
        const starts = new Float64Array(data.placed);
        const over = new Float64Array(data.placed);
        const ended = new Float64Array(data.placed);
        const durations = new Float64Array(data.placed);
        let [began, done, own] = [0, 0, 0];
        for (let i = 0; i < data.placed; i++) {
            if (mask[i]) {
                starts[began++] = data.starts[i];
                if (data.states[i] !== RUNNING) {
                    over[done++] = data.ends[i];
                }
                if (data.states[i] <= FAILED) {
                    durations[own] = data.durations[i];
                    ended[own++] = data.ends[i];
                }
            }
        }
        this.starts = new Moments(starts.slice(0, began));
        this.over = new Moments(over.slice(0, done));
        this.ended = new Moments(ended.slice(0, own));
        this.durations = durations.slice(0, own).sort();
        const slots = data.slots.filter((slot) => (filter.farmer < 0 || slot.farmer === filter.farmer) && slot.to > slot.from);
        this.slotsCame = new Moments(Float64Array.from(slots, (slot) => slot.from));
        this.slotsWent = new Moments(Float64Array.from(slots, (slot) => slot.to));
        this.drawHistogram();
        this.tellQuantiles();
    }

    /** Shows the time that the timeline shows. */
    follow(gantt) {
        this.gantt = gantt;
        this.drawRunning();
        this.drawThroughput();
    }

    /** Begins a chart: returns what to draw with, and the place of a value. */
    begin(canvas, top) {
        const width = canvas.clientWidth;
        const height = canvas.clientHeight;
        const pen = fitted(canvas, width, height);
        const { colors } = this;
        pen.fillStyle = colors.back;
        pen.fillRect(0, 0, width, height);
        const room = height - CHART_TOP - CHART_BOTTOM;
        const step = roundStep(Math.max(top, 1e-9), 4);
        const y = (value) => CHART_TOP + room - (value / Math.max(top, step)) * room;
        pen.textAlign = 'right';
        for (let value = 0; value <= Math.max(top, step) * 1.001; value += step) {
            pen.fillStyle = colors.muted;
            pen.fillText(short(value), GUTTER - 6, y(value) + 4);
            pen.fillStyle = colors.line;
            pen.fillRect(GUTTER, Math.round(y(value)), width - GUTTER, 1);
        }
        pen.textAlign = 'left';
        return { pen, y, width, height };
    }

    timeAxis({ pen, width, height }) {
        const { gantt, data, colors } = this;
        const span = gantt.to - gantt.from;
        const step = timeStep(span, (width - GUTTER) / (span < 2e6 ? 110 : 80));
        pen.fillStyle = colors.muted;
        for (const at of timeTicks(data.zeroMillis, gantt.from, gantt.to, step)) {
            const x = gantt.x(at);
            const millis = data.zeroMillis + at / 1000;
            const text = step < 86400e6 ? clock(millis, step) : day(new Date(millis)).slice(5);
            if (x >= GUTTER && x + pen.measureText(text).width < width) {
                pen.fillText(text, x - 2, height - 5);
                pen.fillRect(Math.round(x), height - CHART_BOTTOM, 1, 4);
            }
        }
    }

    drawRunning() {
        const { gantt, colors } = this;
        const width = Math.max(1, gantt.view[0] - GUTTER); // that of the timeline, which may have a scroll bar
        const until = this.data.until;
        const values = new Float64Array(width);
        const slots = new Float64Array(width);
        let top = 1;
        for (let x = 0; x < width; x++) {
            const from = gantt.from + ((gantt.to - gantt.from) * x) / width;
            const to = gantt.from + ((gantt.to - gantt.from) * (x + 1)) / width;
            values[x] = from > until ? 0 : average(this.starts, this.over, from, to);
            slots[x] = from > until ? 0 : average(this.slotsCame, this.slotsWent, from, to);
            top = Math.max(top, values[x], slots[x]);
        }
        const chart = this.begin(this.running, top);
        const { pen, y } = chart;
        pen.fillStyle = colors.outcomes[FINISHED];
        for (let x = 0; x < width; x++) {
            pen.fillRect(GUTTER + x, y(values[x]), 1, y(0) - y(values[x]));
        }
        pen.strokeStyle = colors.text;
        pen.lineWidth = 1.5;
        pen.setLineDash([5, 4]);
        pen.beginPath();
        for (let x = 0; x < width; x++) {
            pen.lineTo(GUTTER + x + 0.5, y(slots[x]));
        }
        pen.stroke();
        pen.setLineDash([]);
        this.timeAxis(chart);
        this.running.setAttribute('aria-label', 'Running tasks over the time shown, at most ' + short(values.reduce((a, b) => Math.max(a, b), 0)));
    }

    drawThroughput() {
        const { gantt, colors } = this;
        const width = Math.max(1, gantt.view[0] - GUTTER);
        const span = gantt.to - gantt.from;
        const bin = timeStep(span, width / 5);
        const zero = this.data.zero;
        const first = Math.floor((zero + gantt.from) / bin) * bin - zero;
        const bins = [];
        for (let from = first; from < gantt.to; from += bin) {
            bins.push([from, (this.ended.before(from + bin) - this.ended.before(from)) / (bin / 1e6)]);
        }
        const most = bins.reduce((a, [, rate]) => Math.max(a, rate), 0);
        const [unit, word] = most >= 1 || most === 0 ? [1, 'second'] : most * 60 >= 1 ? [60, 'minute'] : [3600, 'hour'];
        this.unit = [unit, word];
        this.bin = bin;
        document.getElementById('throughput-unit').textContent = 'tasks per ' + word;
        const chart = this.begin(this.throughput, Math.max(most * unit, 1e-9));
        const { pen, y } = chart;
        pen.save();
        pen.beginPath();
        pen.rect(GUTTER, 0, width, chart.height);
        pen.clip();
        pen.fillStyle = colors.outcomes[FINISHED];
        for (const [from, rate] of bins) {
            const x = gantt.x(from);
            pen.fillRect(x, y(rate * unit), Math.max(1, gantt.x(from + bin) - x - 0.5), y(0) - y(rate * unit));
        }
        pen.restore();
        this.timeAxis(chart);
        this.throughput.setAttribute('aria-label', 'Throughput over the time shown, at most ' + short(most * unit) + ' tasks per ' + word);
    }

    /** Tells the values below the pointer. */
    read(x) {
        const [atRunning, atThroughput] = ['running-at', 'throughput-at'].map((id) => document.getElementById(id));
        const { gantt } = this;
        atRunning.textContent = atThroughput.textContent = '';
        if (x >= GUTTER && gantt) {
            const width = gantt.view[0] - GUTTER;
            const from = gantt.time(x);
            const pixel = (gantt.to - gantt.from) / width;
            const when = clock(this.data.zeroMillis + from / 1000, Math.min(1e6, pixel * 10)) + ': ';
            const tasks = average(this.starts, this.over, from, from + pixel);
            const slots = average(this.slotsCame, this.slotsWent, from, from + pixel);
            atRunning.textContent = from > this.data.until ? '' : when + short(tasks) + ' of ' + short(slots) + ' slots';
            const zero = this.data.zero;
            const begin = Math.floor((zero + from) / this.bin) * this.bin - zero;
            const count = this.ended.before(begin + this.bin) - this.ended.before(begin);
            const rate = (count / (this.bin / 1e6)) * this.unit[0];
            atThroughput.textContent = when + short(rate) + ' per ' + this.unit[1] + ' (' + counted(count) + ' in ' + duration(this.bin) + ')';
        }
    }

    quantile(part) {
        const { durations } = this;
        return durations.length === 0 ? NaN : durations[Math.min(durations.length - 1, Math.ceil(part * durations.length) - 1)];
    }

    tellQuantiles() {
        const { durations } = this;
        const list = document.getElementById('quantiles');
        list.replaceChildren();
        const mean = durations.reduce((a, b) => a + b, 0) / durations.length;
        const values = [
            ['shortest', durations[0]],
            ['median', this.quantile(0.5)],
            ['mean', mean],
            ['90 %', this.quantile(0.9)],
            ['99 %', this.quantile(0.99)],
            ['longest', durations[durations.length - 1]],
        ];
        for (const [name, value] of values) {
            const tile = element('div', undefined, 'tile');
            tile.append(element('dt', name), element('dd', Number.isFinite(value) ? duration(value) : '–'));
            list.append(tile);
        }
    }

    drawHistogram() {
        const { durations, colors } = this;
        const width = Math.max(1, this.histogram.clientWidth - GUTTER - 10);
        const low = Math.max(100, durations.length ? durations[0] : 1000);
        const high = Math.max(low * 1.02, durations.length ? durations[durations.length - 1] : 10000);
        const log = high / low > 20;
        const count = Math.max(8, Math.min(60, Math.floor(width / 14)));
        const [from, to] = log ? [Math.log(low), Math.log(high)] : [durations.length && low < high / 3 ? 0 : low, high];
        const place = (value) => ((log ? Math.log(Math.max(low, value)) : value) - from) / (to - from);
        const edge = (bin) => {
            const at = from + ((to - from) * bin) / count;
            return log ? Math.exp(at) : at;
        };
        const bins = [];
        let before = 0;
        for (let bin = 0; bin < count; bin++) {
            const upTo = bin === count - 1 ? durations.length : lowerBound(durations, edge(bin + 1), 0, durations.length);
            bins.push(upTo - before);
            before = upTo;
        }
        const { pen, y, height } = this.begin(this.histogram, Math.max(1, ...bins) * 1.3); // with room for words
        const x = (part) => GUTTER + part * width;
        pen.fillStyle = colors.outcomes[FINISHED];
        bins.forEach((tasks, bin) => {
            if (tasks > 0) {
                const top = Math.min(y(tasks), y(0) - 1);
                pen.fillRect(x(bin / count) + 0.5, top, width / count - 1, y(0) - top);
            }
        });
        this.durationAxis(pen, height, x, place, low, high, log);
        let free = 14;
        for (const [name, part] of [['median', 0.5], ['90 %', 0.9], ['99 %', 0.99]]) {
            const value = this.quantile(part);
            if (Number.isFinite(value)) {
                const at = x(place(value));
                pen.fillStyle = colors.text;
                pen.fillRect(at, CHART_TOP, 1.5, height - CHART_TOP - CHART_BOTTOM);
                const text = name + ' ' + duration(value);
                const room = pen.measureText(text).width;
                const left = at + 4 + room > width + GUTTER ? at - 4 - room : at + 4;
                pen.fillStyle = colors.back;
                pen.fillRect(left - 2, free - 2, room + 4, 15);
                pen.fillStyle = colors.text;
                pen.fillText(text, left, free + 10);
                free += 17;
            }
        }
        document.getElementById('histogram-scale').textContent = log ? 'The axis of durations is logarithmic.' : '';
        this.histogram.setAttribute('aria-label', 'Distribution of ' + counted(durations.length) + ' durations');
    }

    durationAxis(pen, height, x, place, low, high, log) {
        const ticks = [];
        if (log) {
            for (const value of ROUND_DURATIONS) {
                if (value >= low && value <= high) {
                    ticks.push(value);
                }
            }
        }
        if (ticks.length < 2) {
            const step = high > 120e6 ? timeStep(high, 6) : roundStep(high, 6);
            for (let value = log ? step : Math.ceil(low / step) * step; value <= high && ticks.length < 40; value += step) {
                ticks.push(value);
            }
        }
        pen.fillStyle = this.colors.muted;
        let free = 0;
        for (const value of ticks.sort((a, b) => a - b)) {
            const at = x(place(value));
            const text = duration(value);
            const room = pen.measureText(text).width;
            const left = Math.max(GUTTER, Math.min(at - room / 2, x(1) - room));
            pen.fillRect(at, height - CHART_BOTTOM, 1, 4);
            if (left > free) {
                pen.fillText(text, left, height - 4);
                free = left + room + 8;
            }
        }
    }
}
