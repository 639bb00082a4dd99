// Filter: which attempts are looked at.

class Filter {
    constructor(data, changed) {
        this.data = data;
        this.changed = changed;
        this.outcomes = data.outcomes.map(() => true);
        this.farmer = -1;
        this.query = '';
        this.mask = new Uint8Array(data.attempts);
        this.counts = data.outcomes.map(() => 0); // by outcome, whether it is wished for or not
        this.matches = 0;
        this.boxes = [];
        this.makeControls();
        this.apply();
    }

    makeControls() {
        const { data } = this;
        const set = document.getElementById('outcomes');
        const present = new Set(data.states);
        data.outcomes.forEach((word, i) => {
            const label = element('label');
            const box = element('input');
            box.type = 'checkbox';
            box.defaultChecked = true;
            box.name = word;
            box.addEventListener('change', () => {
                this.outcomes[i] = box.checked;
                this.apply();
            });
            const count = element('span', '', 'count');
            label.append(box, element('span', '', 'mark ' + word), word, count);
            label.hidden = i > FAILED && !present.has(i);
            set.append(label);
            this.boxes.push({ box, count });
        });
        const select = document.getElementById('farmer');
        select.append(new Option('all', '-1'));
        data.farmers.forEach((farmer, i) => select.append(new Option(farmer.number + ' · ' + farmer.host, i)));
        select.addEventListener('change', () => {
            this.farmer = Number(select.value);
            this.apply();
        });
        const search = document.getElementById('search');
        let timer = 0;
        search.addEventListener('input', () => {
            clearTimeout(timer);
            timer = setTimeout(() => this.search(search.value), 150);
        });
        const form = document.getElementById('filters');
        form.addEventListener('submit', (event) => {
            event.preventDefault();
            clearTimeout(timer);
            this.search(search.value);
        });
        form.addEventListener('reset', () => {
            clearTimeout(timer);
            this.outcomes.fill(true);
            this.farmer = -1;
            setTimeout(() => this.search(''));
        });
    }

    /** Looks for tasks as if it had been typed. */
    setSearch(query) {
        document.getElementById('search').value = query;
        this.search(query);
    }

    search(query) {
        this.query = query.trim();
        this.apply();
    }

    /** Returns a test of an attempt's index that the query stands for. */
    test() {
        const { data, query } = this;
        const exit = /^exit:\s*(\d+)$/i.exec(query);
        if (query === '') {
            return () => true;
        } else if (exit) {
            const detail = Number(exit[1]) + 1;
            return (i) => (data.states[i] <= FAILED || data.states[i] === RETRIED) && data.details[i] === detail;
        } else if (/^\d+(-\d+)?([\s,]+\d+(-\d+)?)*,?$/.test(query)) {
            const wanted = new Set();
            const ranges = [];
            for (const part of query.split(/[\s,]+/).filter((text) => text)) {
                const [from, to] = part.split('-').map(Number);
                if (to === undefined) {
                    wanted.add(from);
                } else {
                    ranges.push([from, to]);
                }
            }
            return (i) => wanted.has(data.tasks[i]) || ranges.some(([from, to]) => from <= data.tasks[i] && data.tasks[i] <= to);
        }
        const text = query.replace(/^"(.*)"$/, '$1').toLowerCase();
        const found = new Set();
        data.commandTexts.forEach((command, at) => {
            if (at < data.commandIds.length && command.toLowerCase().includes(text)) {
                found.add(data.commandIds[at]);
            }
        });
        return (i) => found.has(data.tasks[i]);
    }

    apply() {
        const { data, mask, farmer, counts, outcomes } = this;
        const test = this.test();
        const all = this.query === '';
        counts.fill(0);
        this.matches = 0;
        for (let i = 0; i < mask.length; i++) {
            const slot = data.slotOf[i];
            const here = farmer < 0 || (slot >= 0 && data.slots[slot].farmer === farmer);
            const state = data.states[i];
            let matches = 0;
            if (here && (all || test(i))) {
                counts[state]++;
                matches = outcomes[state] ? 1 : 0;
            }
            mask[i] = matches;
            this.matches += matches;
        }
        this.boxes.forEach(({ count }, i) => {
            count.textContent = counted(counts[i]);
        });
        document.getElementById('matches').textContent =
            this.matches === data.attempts
                ? 'all ' + counted(data.attempts) + ' attempts'
                : counted(this.matches) + ' of ' + counted(data.attempts) + ' attempts';
        this.changed(this);
    }
}
