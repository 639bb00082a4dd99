// Attempts: the list of those that the filters leave, a page at a time.

const LINES = 50;

class Attempts {
    constructor(data, filter, chosen) {
        this.data = data;
        this.filter = filter;
        this.chosen = chosen;
        this.first = 0;
        this.orders = {};
        const { tasks, numbers: attempts, starts, durations, states } = data;
        this.columns = [
            { name: 'ID', key: (i) => tasks[i] + attempts[i] / 65536, number: true },
            { name: 'attempt', number: true },
            { name: 'outcome', key: (i) => states[i] * 65536 + data.details[i] },
            { name: 'start', key: (i) => starts[i] },
            { name: 'duration', key: (i) => durations[i], number: true },
            ...(data.cpu ? [{ name: 'CPU', key: (i) => data.cpu[i], number: true }] : []),
            ...(data.memory ? [{ name: 'memory', key: (i) => data.memory[i], number: true }] : []),
            { name: 'farmer.slot', key: (i) => (data.slotOf[i] < 0 ? data.slots.length : data.slotOf[i]) },
            { name: 'command' },
        ];
        this.sorted = this.columns[0];
        this.down = false;
        this.head();
        document.getElementById('earlier').addEventListener('click', () => this.turn(-1));
        document.getElementById('later').addEventListener('click', () => this.turn(1));
        document.getElementById('attempts').hidden = false;
        this.show();
    }

    head() {
        const row = document.querySelector('#list thead tr');
        for (const column of this.columns) {
            column.head = element('th', column.key ? undefined : column.name, column.number ? 'number' : '');
            column.head.scope = 'col';
            if (column.key) {
                const button = element('button', column.name);
                button.type = 'button';
                button.addEventListener('click', () => {
                    this.down = this.sorted === column && !this.down;
                    this.sorted = column;
                    this.first = 0;
                    this.show();
                });
                column.button = button;
                column.head.append(button);
            }
            row.append(column.head);
        }
    }

    /** Returns all attempts in the order of a column; it is kept. */
    order(column) {
        if (!this.orders[column.name]) {
            const keys = Float64Array.from({ length: this.data.attempts }, (_, i) => column.key(i));
            this.orders[column.name] = Int32Array.from(keys.keys()).sort((a, b) => keys[a] - keys[b]);
        }
        return this.orders[column.name];
    }

    turn(by) {
        this.first = Math.max(0, this.first + by * LINES);
        this.show();
    }

    refilter() {
        this.first = 0;
        this.show();
    }

    show() {
        const { filter, sorted, down } = this;
        for (const column of this.columns.filter((c) => c.key)) {
            column.head.setAttribute('aria-sort', column !== sorted ? 'none' : down ? 'descending' : 'ascending');
            column.button.textContent = column.name + (column !== sorted ? '' : down ? ' ▾' : ' ▴');
        }
        const order = this.order(sorted);
        const rows = [];
        let seen = 0;
        for (let at = 0; at < order.length && rows.length < LINES; at++) {
            const i = order[down ? order.length - 1 - at : at];
            if (filter.mask[i] && seen++ >= this.first) {
                rows.push(this.row(i));
            }
        }
        document.querySelector('#list tbody').replaceChildren(...rows);
        document.getElementById('earlier').disabled = this.first === 0;
        document.getElementById('later').disabled = this.first + LINES >= filter.matches;
        document.getElementById('page').textContent =
            rows.length === 0
                ? 'No attempt matches.'
                : counted(this.first + 1) + '–' + counted(this.first + rows.length) + ' of ' + counted(filter.matches);
    }

    row(i) {
        const { data } = this;
        const row = element('tr');
        const id = element('th', undefined, 'number');
        id.scope = 'row';
        const button = element('button', data.tasks[i]);
        button.type = 'button';
        button.title = 'Show it in the timeline';
        button.addEventListener('click', () => this.chosen(i));
        id.append(button);
        const outcome = element('td');
        const bad = data.states[i] === FAILED || data.states[i] === RETRIED;
        const why = data.causes[i] > 0 ? data.reasons[data.causes[i] - 1] : data.details[i] > 0 ? data.details[i] - 1 : '';
        const status = bad && why !== '' ? ' (' + why + ')' : '';
        outcome.append(element('span', '', 'mark ' + data.outcomes[data.states[i]]), data.outcomes[data.states[i]] + status);
        const slot = data.slots[data.slotOf[i]];
        const command = commandIndex(data, data.tasks[i]);
        const line = element('td', undefined, 'line');
        line.append(command < 0 ? '' : element('code', data.commandTexts[command]));
        row.append(
            id,
            element('td', data.numbers[i], 'number'),
            outcome,
            element('td', slot ? moment(data.zeroMillis + data.starts[i] / 1000) : ''),
            element('td', slot ? duration(data.durations[i]) : '', 'number'),
            ...(data.cpu ? [element('td', data.cpu[i] < 0 ? '' : duration(data.cpu[i] * 1000), 'number')] : []),
            ...(data.memory ? [element('td', data.memory[i] < 0 ? '' : size(data.memory[i]), 'number')] : []),
            element('td', slot ? data.farmers[slot.farmer].number + '.' + slot.number : ''),
            line,
        );
        return row;
    }
}
