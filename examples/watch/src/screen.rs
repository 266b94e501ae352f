//! A table on a terminal, drawn anew when something changes.

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::{Duration, Instant};

use barelink_cache::Event;
use barelink_cache::manager::ManagerStats;
use ratatui::Frame;
use ratatui::crossterm::event::{Event as Input, KeyCode, KeyEventKind, KeyModifiers};
use ratatui::style::{Style, Stylize};
use ratatui::text::{Line, Span};

use crate::known::{Change, Known, Object};
use crate::shelf::{Id, Row, What};
use crate::state::State;
use crate::table::{line, shares, widths};

/// How long a row that has changed is lit.
const LIT: Duration = Duration::from_millis(1500);
/// So many rows are lit at most; more than that nobody could see.
const MOST_LIT: usize = 4096;
/// So many rows that have gone are shown for as long.
const MOST_GONE: usize = 64;

/// What is on the screen.
#[derive(Debug)]
pub struct Screen {
    objects: Vec<Object>,
    /// One of them alone.
    only: Option<usize>,
    /// From this row on.
    from: usize,
    /// How many rows there were room for.
    page: usize,
    lit: HashMap<(Object, Id), (Instant, What)>,
    gone: VecDeque<(Instant, Object, Row)>,
    counts: HashMap<Object, Counts>,
    /// What is on the screen is not how it is.
    pub dirty: bool,
}

/// How much has happened to one kind of object.
#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    new: u64,
    changed: u64,
    deleted: u64,
}

impl Screen {
    /// An empty one, for these.
    pub fn new(objects: Vec<Object>) -> Self {
        Screen {
            objects,
            only: None,
            from: 0,
            page: 1,
            lit: HashMap::new(),
            gone: VecDeque::new(),
            counts: HashMap::new(),
            dirty: true,
        }
    }

    /// Takes in what a manager tells; once it has been synced, rows are lit.
    pub fn take(&mut self, known: &Known, event: &Event<Change<'_>>, light: bool) {
        self.dirty = true;
        let Event::Change(change) = event else { return };
        let (object, told) = change.told();
        if !self.objects.contains(&object) || !light {
            return;
        }
        let (now, what) = (Instant::now(), told.diff());
        let counts = self.counts.entry(object).or_default();
        match what {
            What::New => counts.new += 1,
            What::Changed => counts.changed += 1,
            What::Deleted => counts.deleted += 1,
            What::Refused => return,
        }
        let row = told.row(known);
        if what == What::Deleted {
            self.lit.remove(&(object, row.id));
            self.gone.truncate(MOST_GONE - 1);
            self.gone.push_front((now, object, row));
        } else if self.lit.len() < MOST_LIT {
            // What is new stays so, though it has changed since.
            let lit = self.lit.entry((object, row.id)).or_insert((now, what));
            lit.0 = now;
        }
    }

    /// Puts out what has been lit for long enough; whether something is lit still.
    pub fn fade(&mut self) -> bool {
        let before = self.lit.len() + self.gone.len();
        self.lit.retain(|_, (since, _)| since.elapsed() < LIT);
        self.gone.retain(|(since, ..)| since.elapsed() < LIT);
        let after = self.lit.len() + self.gone.len();
        self.dirty |= before != after;
        after > 0
    }

    /// Does what a key says; false if it says to end.
    pub fn key(&mut self, input: &Input) -> bool {
        self.dirty = true;
        let Input::Key(key) = input else { return true };
        if key.kind == KeyEventKind::Release {
            return true;
        }
        match key.code {
            KeyCode::Char('q') | KeyCode::Esc => return false,
            KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => return false,
            KeyCode::Tab => {
                self.only = match self.only {
                    None => Some(0),
                    Some(nth) => Some(nth + 1).filter(|nth| *nth < self.objects.len()),
                };
                self.from = 0;
            }
            KeyCode::Down => self.from += 1,
            KeyCode::Up => self.from = self.from.saturating_sub(1),
            KeyCode::PageDown | KeyCode::Char(' ') => self.from += self.page,
            KeyCode::PageUp => self.from = self.from.saturating_sub(self.page),
            KeyCode::Home => self.from = 0,
            KeyCode::End => self.from = usize::MAX,
            _ => {}
        }
        true
    }

    /// Draws all.
    pub fn draw(
        &mut self,
        frame: &mut Frame<'_>,
        known: &Known,
        state: State,
        counters: ManagerStats,
    ) {
        let area = frame.area();
        let (width, height) = (usize::from(area.width), usize::from(area.height));
        let mut lines = head(state, counters, width);
        let room = height.saturating_sub(lines.len() + 1);
        match self.only.and_then(|nth| self.objects.get(nth).copied()) {
            Some(object) => self.page_of(&mut lines, known, object, room),
            None => {
                let wants = self.objects.iter().map(|object| self.wants(known, *object));
                let shares = shares(&wants.collect::<Vec<_>>(), room);
                for (object, share) in self.objects.iter().zip(shares) {
                    self.part_of(&mut lines, known, *object, share);
                }
            }
        }
        lines.truncate(height.saturating_sub(1));
        lines.resize(height.saturating_sub(1), Line::default());
        lines.push(self.keys().dim());
        frame.render_widget(ratatui::text::Text::from(lines), area);
        self.dirty = false;
    }

    fn keys(&self) -> Line<'static> {
        match self.only {
            None => "q quit   Tab one kind alone".into(),
            Some(_) => "q quit   Tab next kind   up, down, page up, page down, home, end".into(),
        }
    }

    fn gone_of(&self, object: Object) -> impl Iterator<Item = &Row> {
        self.gone.iter().filter(move |(_, of, _)| *of == object).map(|(_, _, row)| row)
    }

    /// Those that were lit last, so many at most.
    fn last_lit(&self, object: Object, count: usize) -> HashSet<Id> {
        let lit = self.lit.iter().filter(|((of, _), _)| *of == object);
        let mut lit = lit.map(|((_, id), (since, _))| (*since, *id)).collect::<Vec<_>>();
        lit.sort_unstable_by(|one, other| other.cmp(one));
        lit.into_iter().take(count).map(|(_, id)| id).collect()
    }

    /// How many lines it takes to show all of them.
    fn wants(&self, known: &Known, object: Object) -> usize {
        let rows = known.shelf(object).len() + self.gone_of(object).count();
        rows + if rows > 0 { 2 } else { 1 }
    }

    /// As many of them as there is room for; if not for all, those first that were lit last.
    fn part_of(&self, out: &mut Vec<Line<'static>>, known: &Known, object: Object, share: usize) {
        let shelf = known.shelf(object);
        let wants = self.wants(known, object);
        let with_heads = wants > 1 && share >= wants.min(4);
        let room = share.saturating_sub(if with_heads { 2 } else { 1 });
        let gone = self.gone_of(object).count().min(room.div_ceil(3));
        let gone = self.gone_of(object).take(gone).map(|row| (row.clone(), Some(What::Deleted)));
        let gone = gone.collect::<Vec<_>>();
        let room = room - gone.len();
        let mut rows = Vec::new();
        if shelf.len() > room {
            let lit = self.last_lit(object, room);
            rows = shelf.picked(known, &|id| lit.contains(&id), room);
            let rest = shelf.rows(known, 0, room + rows.len());
            rows.extend(rest.into_iter().filter(|row| !lit.contains(&row.id)));
            rows.truncate(room);
        } else {
            rows.extend(shelf.rows(known, 0, room));
        }
        let more = shelf.len() - rows.len();
        let rows = rows.into_iter().map(|row| {
            let what = self.lit.get(&(object, row.id)).map(|(_, what)| *what);
            (row, what)
        });
        let rows = rows.chain(gone).collect::<Vec<_>>();
        if share > 0 {
            let more = if more > 0 { format!("{more} more") } else { String::new() };
            out.push(self.title(known, object, more));
            table(out, shelf.heads(), rows, with_heads);
        }
    }

    /// A page of them, in their order.
    fn page_of(
        &mut self,
        out: &mut Vec<Line<'static>>,
        known: &Known,
        object: Object,
        room: usize,
    ) {
        let shelf = known.shelf(object);
        self.page = room.saturating_sub(2).max(1);
        self.from = self.from.min(shelf.len().saturating_sub(self.page));
        let rows = shelf.rows(known, self.from, self.page);
        let shown = match rows.len() {
            0 => String::new(),
            count => format!("{} to {}", self.from + 1, self.from + count),
        };
        out.push(self.title(known, object, shown));
        let rows = rows.into_iter().map(|row| {
            let what = self.lit.get(&(object, row.id)).map(|(_, what)| *what);
            (row, what)
        });
        table(out, shelf.heads(), rows.collect(), true);
    }

    fn title(&self, known: &Known, object: Object, more: String) -> Line<'static> {
        let shelf = known.shelf(object);
        let fill = format!("  {} of {}", shelf.len(), shelf.capacity());
        let mut spans = vec![Span::from(object.name()).bold().cyan(), fill.into()];
        if shelf.refused() > 0 {
            let refused = format!("  INCOMPLETE: no room for {} more", shelf.refused());
            spans.push(Span::from(refused).bold().red());
        }
        let Counts { new, changed, deleted } =
            self.counts.get(&object).copied().unwrap_or_default();
        for (count, sign, style) in [
            (new, '+', style(What::New)),
            (changed, '~', style(What::Changed)),
            (deleted, '-', Style::new().red()),
        ] {
            if count > 0 {
                spans.push(Span::styled(format!("  {sign}{count}"), style));
            }
        }
        if !more.is_empty() {
            spans.push(Span::from(format!("   {more}")).bold());
        }
        spans.into()
    }
}

fn style(what: What) -> Style {
    match what {
        What::New => Style::new().bold().green(),
        What::Changed => Style::new().bold().yellow(),
        What::Deleted => Style::new().red().crossed_out(),
        What::Refused => Style::new(),
    }
}

fn table(
    out: &mut Vec<Line<'static>>,
    heads: &[&str],
    rows: Vec<(Row, Option<What>)>,
    with_heads: bool,
) {
    let (rows, lit): (Vec<Row>, Vec<_>) = rows.into_iter().unzip();
    let widths = widths(heads, &rows);
    if with_heads && !rows.is_empty() {
        out.push(Line::from(format!("  {}", line(heads, &widths))).dim());
    }
    for (row, what) in rows.iter().zip(lit) {
        // The sign is for who sees no colours.
        let sign = match what {
            Some(What::New) => '+',
            Some(What::Changed) => '~',
            Some(What::Deleted) => '-',
            _ => ' ',
        };
        let style = what.map(style).unwrap_or_default();
        let text = Span::styled(line(&row.cells, &widths), style);
        out.push(Line::from(vec![Span::styled(format!("{sign} "), Style::new().bold()), text]));
    }
}

/// How certain all is, and what it took, in a line, or in two where one is too short.
fn head(state: State, counters: ManagerStats, width: usize) -> Vec<Line<'static>> {
    let says = state.to_string();
    let style = match state {
        State::Synced { .. } => Style::new().bold().green(),
        State::Resyncing { .. } => Style::new().bold().yellow(),
        State::Stale(_) => Style::new().bold().red(),
    };
    let counted = format!(
        "{} events, {} overruns, {} resync rounds, {} interrupted",
        counters.events, counters.overruns, counters.rounds, counters.interrupted
    );
    let fits = says.len() + 3 + counted.len() <= width;
    let says = Span::styled(says, style);
    match fits {
        true => vec![Line::from(vec![says, "   ".into(), counted.into()])],
        false => vec![Line::from(says), counted.into()],
    }
}
