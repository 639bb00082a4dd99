// Controls of the timeline: keys, buttons, wheel and pointers.

class Controls {
    constructor(gantt, choice) {
        this.gantt = gantt;
        this.choice = choice;
        this.listen();
    }

    listen() {
        const { box } = this.gantt;
        box.addEventListener('scroll', () => this.gantt.redraw());
        const keys = {
            '+': () => this.gantt.zoom(1.5),
            '=': () => this.gantt.zoom(1.5),
            '-': () => this.gantt.zoom(1 / 1.5),
            0: () => this.gantt.show(...this.gantt.whole),
            ArrowLeft: () => this.gantt.move(-0.15),
            ArrowRight: () => this.gantt.move(0.15),
            Home: () => this.gantt.show(this.gantt.whole[0], this.gantt.whole[0] + this.gantt.to - this.gantt.from),
            End: () => this.gantt.show(this.gantt.whole[1] - this.gantt.to + this.gantt.from, this.gantt.whole[1]),
            'Shift+ArrowLeft': () => this.choice.step(-1),
            'Shift+ArrowRight': () => this.choice.step(1),
            'Shift+ArrowUp': () => this.choice.stepSlot(-1),
            'Shift+ArrowDown': () => this.choice.stepSlot(1),
            Enter: () => this.gantt.selected >= 0 && this.choice.select(this.gantt.selected, true),
            Escape: () => this.choice.select(-1),
        };
        box.addEventListener('keydown', (event) => {
            const arrow = event.shiftKey && event.key.startsWith('Arrow');
            const action = keys[(arrow ? 'Shift+' : '') + event.key];
            if (action && !event.ctrlKey && !event.metaKey && !event.altKey) {
                event.preventDefault();
                action();
            }
        });
        for (const [id, action] of [
            ['zoom-in', () => this.gantt.zoom(2)],
            ['zoom-out', () => this.gantt.zoom(0.5)],
            ['zoom-all', () => this.gantt.show(...this.gantt.whole)],
            ['taller', () => this.gantt.scale(1.5)],
            ['lower', () => this.gantt.scale(1 / 1.5)],
        ]) {
            document.getElementById(id).addEventListener('click', action);
        }
        this.listenToWheel();
        this.listenToPointers();
    }

    /** The wheel zooms, unless the page is just being scrolled past, or all is shown already. */
    listenToWheel() {
        let scrolled = -Infinity;
        window.addEventListener('wheel', (event) => {
            if (!this.gantt.box.contains(event.target)) {
                scrolled = event.timeStamp;
            }
        }, { passive: true });
        this.gantt.box.addEventListener('wheel', (event) => {
            const passing = event.timeStamp - scrolled < 400 && !event.ctrlKey;
            if (passing) {
                scrolled = event.timeStamp;
                return;
            }
            const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
            const x = event.clientX - this.gantt.canvas.getBoundingClientRect().left;
            if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
                event.preventDefault();
                this.gantt.move(((event.deltaX || event.deltaY) * unit) / (this.gantt.view[0] - GUTTER));
            } else if (!(this.gantt.isWhole && event.deltaY > 0) || event.ctrlKey) {
                event.preventDefault();
                this.gantt.zoom(Math.exp((-event.deltaY * unit) / (event.ctrlKey ? 100 : 400)), this.gantt.time(Math.max(GUTTER, x)));
            }
        }, { passive: false });
    }

    /** One pointer moves and points, two zoom. */
    listenToPointers() {
        const { box, canvas } = this.gantt;
        const down = new Map();
        let dragged = false;
        const place = (event) => {
            const rect = canvas.getBoundingClientRect();
            return [event.clientX - rect.left, event.clientY - rect.top];
        };
        canvas.addEventListener('pointerdown', (event) => {
            if (event.button === 0) {
                down.set(event.pointerId, place(event));
                dragged = down.size > 1;
                canvas.setPointerCapture(event.pointerId);
            }
        });
        canvas.addEventListener('pointermove', (event) => {
            const [x, y] = place(event);
            const before = down.get(event.pointerId);
            if (!before) {
                this.choice.hint(this.gantt.attemptAt(x, y, 4), event);
                return;
            }
            const others = [...down.entries()].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
            if (others.length > 0) {
                const [other] = others[0];
                const [was, is] = [Math.abs(before[0] - other), Math.abs(x - other)];
                if (was > 8 && is > 8) {
                    this.gantt.zoom(is / was, this.gantt.time(other));
                }
                down.set(event.pointerId, [x, y]);
            } else if (dragged || Math.abs(x - before[0]) > 4 || (event.pointerType === 'mouse' && Math.abs(y - before[1]) > 4)) {
                dragged = true;
                box.classList.add('dragged');
                this.choice.hint(-1);
                this.gantt.move((before[0] - x) / (this.gantt.view[0] - GUTTER));
                if (event.pointerType === 'mouse') {
                    box.scrollTop += before[1] - y;
                }
                down.set(event.pointerId, [x, y]);
            }
        });
        const up = (event) => {
            const was = down.delete(event.pointerId);
            box.classList.remove('dragged');
            if (was && !dragged && event.type === 'pointerup') {
                this.choice.select(this.gantt.attemptAt(...place(event), event.pointerType === 'mouse' ? 4 : 14));
            }
        };
        canvas.addEventListener('pointerup', up);
        canvas.addEventListener('pointercancel', up);
        canvas.addEventListener('pointerleave', () => this.choice.hint(-1));
        canvas.addEventListener('dblclick', (event) => {
            const [x, y] = place(event);
            const index = this.gantt.attemptAt(x, y, 4);
            const thin = index >= 0 && this.gantt.data.durations[index] < (this.gantt.to - this.gantt.from) / 4;
            if (thin) {
                this.choice.select(index, true);
            } else {
                this.gantt.zoom(4, this.gantt.time(x));
            }
        });
    }
}
