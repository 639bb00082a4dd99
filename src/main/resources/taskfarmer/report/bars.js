// What the canvases have in common, and what bars look like.

const GUTTER = 44; // for the numbers of slots, and those of the axes below

/** Returns the colours of the page, which follow the reader's scheme. */
function palette() {
    const style = getComputedStyle(document.documentElement);
    const color = (name) => style.getPropertyValue('--' + name).trim();
    const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
    const names = ['finished', 'failed', 'requeued', 'lost', 'running', 'retried', 'cancelled'];
    return {
        back: color('back') === '#fff' ? '#ffffff' : color('back'),
        text: color('text'),
        muted: color('muted'),
        line: color('line'),
        band: color('band'),
        accent: color('accent'),
        hatch: color('hatch'),
        outcomes: names.map(color),
        rgb: names.map((name) => rgb(color(name))),
    };
}

/** Gives a canvas as many pixels as the screen has where it is shown, and returns what to draw with, in CSS pixels. */
function fitted(canvas, width, height) {
    const ratio = window.devicePixelRatio || 1;
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== w || canvas.height !== h) {
        canvas.width = w;
        canvas.height = h;
    }
    const pen = canvas.getContext('2d');
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.font = '12px system-ui, "DejaVu Sans", sans-serif';
    return pen;
}

/** Draws one bar, so that outcomes differ by pattern and not by colour alone. */
function drawBar(pen, colors, outcome, x, y, width, height) {
    const color = colors.outcomes[outcome];
    pen.fillStyle = color;
    if (outcome === FINISHED) {
        pen.fillRect(x, y, width, height);
        return;
    }
    if (outcome === FAILED || outcome === RUNNING) {
        pen.fillRect(x, y, width, height);
    }
    if (height < 4 || width < 5) {
        pen.fillRect(x, y, width, height);
        return;
    }
    pen.save();
    pen.beginPath();
    pen.rect(x, y, width, height);
    pen.clip();
    pen.lineWidth = 1;
    if (outcome === FAILED || outcome === RETRIED || outcome === LOST) {
        pen.strokeStyle = outcome === FAILED ? colors.hatch : color;
        pen.beginPath();
        const from = Math.max(x - height, -height) - ((Math.max(x - height, -height) - x) % 6);
        for (let at = from; at < x + width; at += 6) {
            pen.moveTo(at, y + height);
            pen.lineTo(at + height, y);
            if (outcome === LOST) {
                pen.moveTo(at, y);
                pen.lineTo(at + height, y + height);
            }
        }
        pen.stroke();
    } else if (outcome === RUNNING) {
        pen.fillStyle = colors.hatch; // dots
        for (let at = x + 4; at < x + width - 2; at += 7) {
            pen.fillRect(at, y + height / 2 - 1, 2, 2);
        }
    }
    if (outcome !== FAILED && outcome !== RUNNING) {
        pen.strokeStyle = color;
        pen.setLineDash(outcome === CANCELLED ? [3, 3] : []);
        pen.lineWidth = 2;
        pen.strokeRect(x + 1, y + 1, width - 2, height - 2);
    }
    pen.restore();
}

const LEGEND = 'width: 28px; height: 12px';

/** Says what the bars look like. */
function drawLegend(data, colors) {
    const legend = document.getElementById('legend');
    legend.replaceChildren();
    const present = new Set(data.states);
    data.outcomes.forEach((word, i) => {
        if (present.has(i)) {
            const canvas = element('canvas');
            canvas.style.cssText = LEGEND;
            const pen = fitted(canvas, 28, 12);
            pen.fillStyle = colors.band;
            pen.fillRect(0, 0, 28, 12);
            drawBar(pen, colors, i, 0, 0, 28, 12);
            const item = element('span');
            item.append(canvas, word);
            legend.append(item);
        }
    });
    const canvas = element('canvas');
    canvas.style.cssText = LEGEND;
    const pen = fitted(canvas, 28, 12);
    pen.fillStyle = colors.band;
    pen.fillRect(0, 0, 28, 12);
    const item = element('span');
    item.append(canvas, 'idle, or left out by the filters');
    legend.append(item);
}
