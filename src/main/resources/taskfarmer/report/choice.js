// Choice: the one attempt that is looked at, and what there is to tell about it.

class Choice {
    constructor(gantt) {
        this.gantt = gantt;
        this.select(-1);
    }

    /** Marks an attempt, tells of it, and brings it into sight. */
    select(index, closely = false) {
        this.gantt.selected = index;
        const details = document.getElementById('details');
        details.replaceChildren(...(index < 0 ? [element('span', 'Choose an attempt to see it here: click on its bar, or press Shift and an arrow key in the timeline.', 'note')] : this.describe(index)));
        if (index >= 0 && index < this.gantt.data.placed) {
            const { starts, ends, slotOf } = this.gantt.data;
            const [start, end] = [starts[index], ends[index]];
            if (closely) {
                this.gantt.show(start - (end - start), end + (end - start));
            } else if (start < this.gantt.from || start > this.gantt.to) {
                this.gantt.show(start - (this.gantt.to - this.gantt.from) / 2, start + (this.gantt.to - this.gantt.from) / 2);
            }
            const row = this.gantt.rows.find(([, slot]) => slot === slotOf[index]);
            if (row) {
                const room = this.gantt.view[1] - AXIS;
                if (row[0] < this.gantt.box.scrollTop) {
                    this.gantt.box.scrollTop = Math.max(0, row[0] - HEAD);
                } else if (row[0] + this.gantt.height > this.gantt.box.scrollTop + room) {
                    this.gantt.box.scrollTop = row[0] + this.gantt.height - room;
                }
            }
        }
        this.gantt.redraw();
    }

    /** Returns what there is to tell about an attempt, as elements. */
    describe(index) {
        const { data } = this.gantt;
        const command = commandIndex(data, data.tasks[index]);
        const state = data.states[index];
        const mark = element('span', '', 'mark ' + data.outcomes[state]);
        const what = element('span', 'task ' + data.tasks[index] + ', attempt ' + data.numbers[index] + ': ' + ending(data, index), 'what');
        const place = data.slots[data.slotOf[index]];
        const where = place
            ? ' · ' +
              (state === RUNNING ? 'has run for ' : '') +
              duration(data.durations[index]) +
              ' from ' +
              moment(data.zeroMillis + data.starts[index] / 1000, data.durations[index] < 10e6 ? 1000 : 1e6) +
              ' · farmer ' +
              data.farmers[place.farmer].number +
              ' on ' +
              data.farmers[place.farmer].host +
              ', slot ' +
              place.number +
              used(data, index)
            : ' · when and where is not known';
        return [mark, what, where, element('code', command < 0 ? '(the command is not on this page)' : data.commandTexts[command])];
    }

    /** Goes to the next attempt of the slot that is looked at, or the one before. */
    step(by) {
        const { slotOf, placed } = this.gantt.data;
        const { mask } = this.gantt.filter;
        if (this.gantt.selected < 0 || !mask[this.gantt.selected] || this.gantt.selected >= placed) {
            this.select(this.firstInSight());
            return;
        }
        for (let i = this.gantt.selected + by; i >= 0 && i < placed && slotOf[i] === slotOf[this.gantt.selected]; i += by) {
            if (mask[i]) {
                this.select(i);
                return;
            }
        }
    }

    /** Goes to the next slot below or above in which something ran at that time, or nearest to it. */
    stepSlot(by) {
        const { data } = this.gantt;
        const { mask } = this.gantt.filter;
        if (this.gantt.selected < 0 || this.gantt.selected >= data.placed) {
            this.select(this.firstInSight());
            return;
        }
        const time = data.starts[this.gantt.selected];
        let row = this.gantt.rows.findIndex(([, slot]) => slot === data.slotOf[this.gantt.selected]);
        for (row += by; row >= 0 && row < this.gantt.rows.length; row += by) {
            const slot = data.slots[this.gantt.rows[row][1]];
            if (slot) {
                const at = lowerBound(data.starts, time, slot.first, slot.end);
                let [down, up] = [at - 1, at];
                while (down >= slot.first && !mask[down]) {
                    down--;
                }
                while (up < slot.end && !mask[up]) {
                    up++;
                }
                const before = down >= slot.first ? time - data.starts[down] : Infinity;
                const after = up < slot.end ? data.starts[up] - time : Infinity;
                if (before < Infinity || after < Infinity) {
                    this.select(before < after ? down : up);
                    return;
                }
            }
        }
    }

    firstInSight() {
        const { starts, ends } = this.gantt.data;
        for (let row = this.gantt.rowAt(this.gantt.box.scrollTop); row < this.gantt.rows.length; row++) {
            const slot = this.gantt.data.slots[this.gantt.rows[row][1]];
            for (let i = slot ? lowerBound(starts, this.gantt.from, slot.first, slot.end) : 0; slot && i < slot.end; i++) {
                if (this.gantt.filter.mask[i] && ends[i] >= this.gantt.from && starts[i] <= this.gantt.to) {
                    return i;
                }
            }
        }
        return -1;
    }

    /** Tells of the attempt that the pointer is on, beside it. */
    hint(index, event) {
        const tip = document.getElementById('tip');
        tip.hidden = index < 0;
        if (index >= 0) {
            tip.replaceChildren(...this.describe(index));
            const { offsetWidth, offsetHeight } = tip;
            const left = Math.min(event.clientX + 14, document.documentElement.clientWidth - offsetWidth - 4);
            const below = event.clientY + 18;
            const fits = below + offsetHeight < window.innerHeight;
            tip.style.left = Math.max(4, left) + 'px';
            tip.style.top = (fits ? below : event.clientY - offsetHeight - 10) + 'px';
        }
    }
}

/** Returns what an attempt has used, in words; nothing if it is not known. */
function used(data, index) {
    const cpu = data.cpu && data.cpu[index] >= 0 ? ' · CPU ' + duration(data.cpu[index] * 1000) : '';
    return cpu + (data.memory && data.memory[index] >= 0 ? ' · peak memory ' + size(data.memory[index]) : '');
}

/** Returns how an attempt ended, in words. */
function ending(data, index) {
    const state = data.states[index];
    const detail = data.details[index] - 1;
    const word = data.outcomes[state];
    if (state === FAILED || state === FINISHED || state === RETRIED) {
        const cause = data.causes[index] > 0 ? ' (' + data.reasons[data.causes[index] - 1] + ')' : '';
        const signal = detail > 128 && detail < 160 ? ' (signal ' + (detail - 128) + ')' : '';
        return word + cause + (detail < 0 ? '' : ' with exit status ' + detail + signal);
    }
    return word + (state === REQUEUED && detail >= 0 ? ' (' + data.reasons[detail] + ')' : '');
}
