// Timeline: a row for each slot, a bar for each attempt. It can be zoomed and moved; the charts below it follow.

const AXIS = 24;
const HEAD = 20; // the line that names a farmer
const WIDE = 3; // px from which on a bar is drawn as one; what is thinner becomes density
const WORST_FIRST = [FAILED, LOST, RETRIED, REQUEUED, CANCELLED, RUNNING]; // which of many is seen where bars are thin
const SHORTEST = 20; // µs that can be seen at the least

class Gantt {
    constructor(data, filter, moved) {
        this.data = data;
        this.filter = filter;
        this.moved = moved;
        this.box = document.getElementById('gantt');
        this.canvas = document.getElementById('bars');
        this.spacer = document.getElementById('spacer');
        const margin = Math.max(data.until * 0.005, 1000);
        this.whole = [-margin, Math.max(data.until, 1) + margin];
        this.from = this.whole[0];
        this.to = this.whole[1];
        this.height = 0; // of a slot; 0 until it is known how much room there is
        this.selected = -1;
        this.due = 0;
        this.pixels = document.createElement('canvas');
        this.colors = palette();
        this.layOut();
        new ResizeObserver(() => this.layOut()).observe(this.box);
    }

    /** Returns how high it may be. */
    room() {
        return Math.max(260, Math.min(Math.floor(window.innerHeight * 0.6), 560));
    }

    /** Decides which rows there are, and where. */
    layOut() {
        const { data, filter } = this;
        const shown = data.farmers.map((farmer, i) => filter.farmer < 0 || filter.farmer === i);
        const slots = data.slots.filter((slot) => shown[slot.farmer]).length;
        const heads = shown.filter((yes) => yes).length;
        if (this.height === 0) {
            const room = this.room() - AXIS - 1 - heads * HEAD;
            this.height = Math.max(6, Math.min(20, Math.floor(room / Math.max(1, slots))));
        }
        this.rows = []; // [y, slot], of a farmer's head [y, -1 - farmer]
        let y = 0;
        let farmer = -1;
        data.slots.forEach((slot, i) => {
            if (!shown[slot.farmer]) {
                return;
            }
            if (slot.farmer !== farmer) {
                farmer = slot.farmer;
                this.rows.push([y, -1 - farmer]);
                y += HEAD;
            }
            this.rows.push([y, i]);
            y += this.height;
        });
        this.total = y;
        const height = Math.min(AXIS + y + 1, this.room());
        this.view = [this.box.clientWidth, height];
        this.canvas.style.height = height + 'px';
        this.box.style.height = height + 2 + 'px';
        this.spacer.style.height = Math.max(0, AXIS + y + 1 - height) + 'px';
        this.redraw();
    }

    restyle() {
        this.colors = palette();
        this.redraw();
    }

    redraw() {
        if (!this.due) {
            this.due = requestAnimationFrame(() => {
                this.due = 0;
                this.draw();
                this.moved(this);
            });
        }
    }

    /** Returns the first row that ends below a height. */
    rowAt(y) {
        let low = 0;
        let high = this.rows.length;
        while (low < high) {
            const middle = (low + high) >>> 1;
            const end = middle + 1 < this.rows.length ? this.rows[middle + 1][0] : this.total;
            if (end <= y) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    x(time) {
        return GUTTER + ((time - this.from) / (this.to - this.from)) * (this.view[0] - GUTTER);
    }

    time(x) {
        return this.from + ((x - GUTTER) / (this.view[0] - GUTTER)) * (this.to - this.from);
    }

    draw() {
        const [width, height] = this.view;
        if (width <= GUTTER) {
            return;
        }
        const pen = fitted(this.canvas, width, height);
        const { colors } = this;
        pen.fillStyle = colors.back;
        pen.fillRect(0, 0, width, height);
        const top = this.box.scrollTop;
        const first = this.rowAt(top);
        const last = Math.min(this.rows.length, this.rowAt(top + height - AXIS) + 1);
        const inner = width - GUTTER;
        const image = pen.createImageData(inner, Math.max(1, last - first));
        const cover = new Float32Array(inner);
        const worst = new Uint8Array(inner);
        pen.save();
        pen.beginPath();
        pen.rect(0, AXIS, width, height - AXIS);
        pen.clip();
        const wide = [];
        for (let row = first; row < last; row++) {
            const [at, slot] = this.rows[row];
            const y = AXIS + at - top;
            if (slot < 0) {
                this.drawHead(pen, this.data.farmers[-1 - slot], y);
            } else {
                this.drawBand(pen, this.data.slots[slot], y);
                this.gather(this.data.slots[slot], y, wide, cover, worst);
                this.paint(image, row - first, cover, worst);
            }
        }
        this.blit(pen, image, first, last, top);
        pen.save();
        pen.beginPath();
        pen.rect(GUTTER, AXIS, inner, height - AXIS);
        pen.clip();
        for (const [outcome, x, y, w] of wide) {
            drawBar(pen, colors, outcome, x, y, w, this.barHeight());
        }
        pen.restore();
        this.drawNumbers(pen, first, last, top);
        this.drawSelected(pen, top);
        pen.restore();
        this.drawAxis(pen, width, height);
        const step = (this.to - this.from) / 1000;
        const zero = this.data.zeroMillis;
        const [left, right] = [Math.max(this.from, 0), Math.min(this.to, this.data.until)];
        document.getElementById('range').textContent =
            moment(zero + left / 1000, step) + ' – ' + moment(zero + right / 1000, step) + ' (' + duration(right - left) + ')';
    }

    barHeight() {
        return this.height - (this.height >= 8 ? 2 : this.height >= 4 ? 1 : 0);
    }

    drawHead(pen, farmer, y) {
        pen.fillStyle = this.colors.text;
        const job = farmer.job === '-' ? '' : ' · job ' + farmer.job;
        pen.font = '600 12px system-ui, "DejaVu Sans", sans-serif';
        const busy = (farmer.utilisation * 100).toFixed(0) + ' % busy';
        pen.fillText('farmer ' + farmer.number + ' · ' + farmer.host + job + ' · ' + busy, 6, y + 14);
        pen.font = '12px system-ui, "DejaVu Sans", sans-serif';
    }

    /** Draws when the slot was there. */
    drawBand(pen, slot, y) {
        const from = Math.max(GUTTER, this.x(slot.from));
        const to = Math.min(this.view[0], this.x(slot.to));
        pen.fillStyle = this.colors.band;
        pen.fillRect(from, y, Math.max(0, to - from), this.barHeight());
    }

    /** Collects the bars of a slot that can be seen: wide ones one by one, thin ones by how much of each pixel they cover. */
    gather(slot, y, wide, cover, worst) {
        const { data, from, to } = this;
        const { starts, ends, states } = data;
        const { mask } = this.filter;
        const scale = cover.length / (to - from);
        let i = lowerBound(starts, from, slot.first, slot.end);
        while (i > slot.first && ends[i - 1] > from) {
            i--;
        }
        for (; i < slot.end && starts[i] < to; i++) {
            if (mask[i] === 0 || ends[i] < from) {
                continue;
            }
            const left = (starts[i] - from) * scale;
            const right = (ends[i] - from) * scale;
            if (right - left >= WIDE) {
                const x = Math.max(left, -9);
                wide.push([states[i], GUTTER + x, y, Math.max(1, Math.min(right, cover.length + 9) - x - 0.5)]);
                continue;
            }
            const begin = Math.max(0, Math.floor(left));
            const end = Math.min(cover.length - 1, Math.floor(right));
            for (let pixel = begin; pixel <= end; pixel++) {
                cover[pixel] += Math.max(0.02, Math.min(right, pixel + 1) - Math.max(left, pixel));
                worst[pixel] |= 1 << states[i];
            }
        }
    }

    /** Turns what was collected of a slot into a line of pixels, and forgets it. */
    paint(image, line, cover, worst) {
        const { rgb } = this.colors;
        let at = line * cover.length * 4;
        for (let pixel = 0; pixel < cover.length; pixel++, at += 4) {
            const seen = worst[pixel];
            if (seen !== 0) {
                const outcome = WORST_FIRST.find((state) => seen & (1 << state)) ?? FINISHED;
                const color = rgb[outcome];
                image.data[at] = color[0];
                image.data[at + 1] = color[1];
                image.data[at + 2] = color[2];
                image.data[at + 3] = outcome === FINISHED || outcome === RUNNING ? 70 + 185 * Math.min(1, cover[pixel]) : 255;
                cover[pixel] = 0;
                worst[pixel] = 0;
            }
        }
    }

    blit(pen, image, first, last, top) {
        if (this.pixels.width !== image.width || this.pixels.height < image.height) {
            this.pixels.width = image.width;
            this.pixels.height = image.height;
        }
        this.pixels.getContext('2d').putImageData(image, 0, 0);
        pen.imageSmoothingEnabled = false;
        for (let row = first; row < last; row++) {
            const [y, slot] = this.rows[row];
            if (slot >= 0) {
                pen.drawImage(this.pixels, 0, row - first, image.width, 1, GUTTER, AXIS + y - top, image.width, this.barHeight());
            }
        }
    }

    drawNumbers(pen, first, last, top) {
        const { colors } = this;
        const size = Math.max(9, Math.min(12, this.height));
        let free = -Infinity;
        pen.font = size + 'px system-ui, "DejaVu Sans", sans-serif';
        pen.textAlign = 'right';
        for (let row = first; row < last; row++) {
            const [at, slot] = this.rows[row];
            const y = AXIS + at - top;
            if (slot < 0) {
                free = -Infinity;
            } else if (y >= free) {
                pen.fillStyle = colors.muted;
                pen.fillText(this.data.slots[slot].number, GUTTER - 6, y + this.barHeight() / 2 + size * 0.36);
                free = y + 11;
            }
        }
        pen.textAlign = 'left';
        pen.font = '12px system-ui, "DejaVu Sans", sans-serif';
    }

    drawSelected(pen, top) {
        if (this.selected < 0) {
            return;
        }
        const slot = this.data.slotOf[this.selected];
        const row = this.rows.find(([, s]) => s === slot);
        if (row) {
            const x = this.x(this.data.starts[this.selected]);
            const w = Math.max(3, this.x(this.data.ends[this.selected]) - x);
            pen.strokeStyle = this.colors.text;
            pen.lineWidth = 2;
            const left = Math.max(GUTTER - 4, x - 1);
            const right = Math.min(this.view[0] + 4, x + w + 1);
            if (right > left) {
                pen.strokeRect(left, AXIS + row[0] - top - 1, right - left, this.barHeight() + 2);
            }
        }
    }

    drawAxis(pen, width, height) {
        const { colors, data } = this;
        pen.fillStyle = colors.back;
        pen.fillRect(0, 0, width, AXIS);
        const span = this.to - this.from;
        const step = timeStep(span, (width - GUTTER) / (span < 2e6 ? 110 : 80));
        pen.strokeStyle = colors.line;
        pen.lineWidth = 1;
        pen.fillStyle = colors.muted;
        let before = '';
        let free = 0;
        for (const at of timeTicks(data.zeroMillis, this.from, this.to, step)) {
            const x = Math.round(this.x(at)) + 0.5;
            if (x < GUTTER) {
                continue;
            }
            pen.beginPath();
            pen.moveTo(x, AXIS - 5);
            pen.lineTo(x, height);
            pen.globalAlpha = 0.5;
            pen.stroke();
            pen.globalAlpha = 1;
            const millis = data.zeroMillis + at / 1000;
            const date = day(new Date(millis));
            const text = date === before && step < 86400e6 ? clock(millis, step) : step < 86400e6 ? date.slice(5) + ' ' + clock(millis, step) : date;
            const left = x - 2;
            const room = pen.measureText(text).width;
            if (left >= free && left + room < width) {
                pen.fillText(text, left, AXIS - 9);
                before = date;
                free = left + room + 8;
            }
        }
        pen.beginPath();
        pen.moveTo(GUTTER, AXIS - 0.5);
        pen.lineTo(width, AXIS - 0.5);
        pen.stroke();
    }

    /** Shows another span of time. */
    show(from, to) {
        const [first, last] = this.whole;
        const span = Math.min(last - first, Math.max(SHORTEST, to - from));
        const begin = Math.min(last - span, Math.max(first, (from + to - span) / 2));
        this.from = begin;
        this.to = begin + span;
        this.redraw();
    }

    /** Shows less or more of the time around a place. */
    zoom(factor, around = (this.from + this.to) / 2) {
        const span = Math.min(this.whole[1] - this.whole[0], Math.max(SHORTEST, (this.to - this.from) / factor));
        const part = (around - this.from) / (this.to - this.from);
        const from = around - part * span;
        this.show(from, from + span);
    }

    move(part) {
        const by = (this.to - this.from) * part;
        this.show(this.from + by, this.to + by);
    }

    get isWhole() {
        return this.to - this.from >= (this.whole[1] - this.whole[0]) * 0.9999;
    }

    scale(factor) {
        this.height = Math.max(2, Math.min(40, factor > 1 ? Math.ceil(this.height * factor) : Math.floor(this.height * factor)));
        this.layOut();
    }

    /** Returns the attempt at a place of the canvas, or the nearest one that a finger may have meant; -1 if there is none. */
    attemptAt(x, y, reach) {
        if (y < AXIS || x < GUTTER) {
            return -1;
        }
        const row = this.rows[this.rowAt(y - AXIS + this.box.scrollTop)];
        if (!row || row[1] < 0) {
            return -1;
        }
        const { starts, ends } = this.data;
        const slot = this.data.slots[row[1]];
        const time = this.time(x);
        const slack = (reach * (this.to - this.from)) / (this.view[0] - GUTTER);
        let best = -1;
        let least = slack;
        let i = lowerBound(starts, time + slack, slot.first, slot.end);
        for (let looked = 0; i > slot.first && looked < 2000; looked++) {
            i--;
            if (this.filter.mask[i]) {
                const off = Math.max(0, starts[i] - time, time - ends[i]);
                if (off < least || (off === 0 && best < 0)) {
                    least = off;
                    best = i;
                } else if (ends[i] < time - slack) {
                    break;
                }
            }
        }
        return best;
    }
}
