// How numbers and times are written; the same as in Texts.

const counted = (number) => Math.round(number).toLocaleString('en');
const two = (number) => String(number).padStart(2, '0');

function duration(micros) {
    if (micros < 10000) {
        return (micros / 1e3).toFixed(1) + ' ms';
    } else if (micros < 999500) {
        return Math.round(micros / 1e3) + ' ms';
    } else if (micros < 59950000) {
        return (micros / 1e6).toFixed(1) + ' s';
    }
    const seconds = Math.round(micros / 1e6);
    const days = Math.floor(seconds / 86400);
    const hours = Math.floor((seconds % 86400) / 3600);
    const clock = two(Math.floor((seconds % 3600) / 60)) + ':' + two(seconds % 60);
    return days > 0 ? days + '-' + two(hours) + ':' + clock : hours + ':' + clock;
}

/** Returns an amount of memory in KiB, by powers of 1024, as tasks ask for it. */
function size(kib) {
    const units = ['KB', 'MB', 'GB', 'TB', 'PB'];
    let value = kib;
    let unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
        value /= 1024;
        unit++;
    }
    return Number(value.toFixed(1)) + ' ' + units[unit];
}

/** Returns a day as it stands in the time zone of whoever reads. */
function day(date) {
    return date.getFullYear() + '-' + two(date.getMonth() + 1) + '-' + two(date.getDate());
}

/** Returns a time of day, with as many digits of the second as a step (µs) needs. */
function clock(millis, step) {
    const date = new Date(millis);
    const minutes = two(date.getHours()) + ':' + two(date.getMinutes());
    if (step >= 60e6) {
        return minutes;
    }
    const seconds = minutes + ':' + two(date.getSeconds());
    if (step >= 1e6) {
        return seconds;
    }
    const digits = Math.min(6, Math.max(1, Math.ceil(6 - Math.log10(step) - 1e-9)));
    const fraction = Math.round((millis - Math.floor(millis / 1000) * 1000) * 1000);
    return seconds + '.' + String(Math.min(999999, fraction)).padStart(6, '0').slice(0, digits);
}

const moment = (millis, step = 1e6) => day(new Date(millis)) + ' ' + clock(millis, step);

/** Returns a short number for an axis: 950, 1.5k, 20k, 3M. */
function short(number) {
    const digits = (n) => String(Number(n.toPrecision(3)));
    return number >= 1e6 ? digits(number / 1e6) + 'M' : number >= 1e4 ? digits(number / 1e3) + 'k' : digits(number);
}

/** Returns a step of 1, 2 or 5 times a power of ten that divides a span into at most so many parts. */
function roundStep(span, parts) {
    const raw = Math.max(span / Math.max(1, parts), Number.MIN_VALUE);
    const power = 10 ** Math.floor(Math.log10(raw));
    return [1, 2, 5, 10].find((factor) => factor * power >= raw * 0.999) * power;
}

const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400].map((s) => s * 1e6);

/** Returns a step in µs by which a clock is read, that divides a span into at most so many parts. */
function timeStep(span, parts) {
    const raw = span / Math.max(1, parts);
    return raw <= 1e6 ? Math.min(1e6, roundStep(span, parts)) : TIME_STEPS.find((step) => step >= raw) || Math.ceil(raw / 86400e6) * 86400e6;
}

/** Returns the places of marks on an axis, in µs since the zero of the page: whole steps of the local clock. */
function timeTicks(zeroMillis, from, to, step) {
    const offset = new Date(zeroMillis + from / 1000).getTimezoneOffset() * 60e6;
    const zero = zeroMillis * 1000 - offset;
    const ticks = [];
    for (let at = Math.ceil((zero + from) / step) * step - zero; at <= to && ticks.length < 200; at += step) {
        ticks.push(at);
    }
    return ticks;
}

/** Returns an element with a text in it. */
function element(name, text, style) {
    const made = document.createElement(name);
    if (text !== undefined) {
        made.textContent = text;
    }
    if (style) {
        made.className = style;
    }
    return made;
}
