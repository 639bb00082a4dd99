// The page: brings the parts together.

/** Has times read in the time zone of whoever reads. */
function localTimes() {
    for (const time of document.querySelectorAll('time')) {
        time.textContent = moment(Date.parse(time.dateTime));
    }
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    document.getElementById('zone').textContent = '; times are those of ' + (zone || 'your time zone');
}

/** Makes the tables lead to the filters: IDs of tasks, and exit statuses. */
function linkTables(look) {
    const button = (text, query, title) => {
        const made = element('button', text);
        made.type = 'button';
        made.title = title;
        made.addEventListener('click', () => look(query));
        return made;
    };
    for (const cell of document.querySelectorAll('td.ids')) {
        const words = cell.textContent.trim().split(' ');
        cell.replaceChildren(...words.map((id) => (/^\d+$/.test(id) ? button(id, id, 'Look at task ' + id) : id)));
    }
    for (const cell of document.querySelectorAll('#slowest tbody th')) {
        const id = cell.textContent;
        cell.replaceChildren(button(id, id, 'Look at task ' + id));
    }
    for (const cell of document.querySelectorAll('#failures td:nth-child(2)')) {
        const status = /^exit status (\d+)/.exec(cell.textContent);
        if (status && !cell.classList.contains('line')) {
            cell.replaceChildren(button(cell.textContent, 'exit:' + status[1], 'Look at these attempts'));
        }
    }
}

/**
 * Tells whoever waits when all is drawn. A frame draws first and measures then: the first one may show that there is less
 * room than was thought, as for a scroll bar, and that another is needed.
 */
function tellReady(gantt) {
    if (gantt.due) {
        requestAnimationFrame(() => setTimeout(() => tellReady(gantt)));
    } else {
        document.body.dataset.ready = 'yes';
    }
}

async function main() {
    localTimes();
    if (typeof DecompressionStream === 'undefined') {
        return;
    }
    document.getElementById('fallback').textContent = 'Unpacking…';
    const data = await readData();
    document.getElementById('interactive').hidden = false;
    document.getElementById('fallback').hidden = true;
    const parts = {};
    const filter = new Filter(data, () => {
        if (parts.gantt) {
            parts.gantt.layOut();
            parts.charts.refilter();
            parts.list.refilter();
        }
    });
    parts.charts = new Charts(data, filter);
    parts.gantt = new Gantt(data, filter, (gantt) => parts.charts.follow(gantt));
    const choice = new Choice(parts.gantt);
    new Controls(parts.gantt, choice);
    parts.list = new Attempts(data, filter, (index) => {
        choice.select(index, true);
        document.getElementById('timeline').scrollIntoView();
        parts.gantt.box.focus({ preventScroll: true });
    });
    drawLegend(data, parts.gantt.colors);
    linkTables((query) => {
        filter.setSearch(query);
        document.getElementById('timeline').scrollIntoView();
    });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
        parts.gantt.restyle();
        parts.charts.restyle();
        drawLegend(data, parts.gantt.colors);
    });
    tellReady(parts.gantt);
}

main().catch((error) => {
    document.getElementById('fallback').textContent =
        'The charts could not be made in this browser (' + error + '). The tables on this page are complete without.';
    document.getElementById('fallback').hidden = false;
    throw error;
});
