//! Draws tables on a terminal, again after each change.

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::{Duration, Instant};

use barelink_cache::Event;
use barelink_cache::manager::ManagerStats;
use ratatui::Frame;
use ratatui::crossterm::event::{Event as Input, KeyCode, KeyEventKind, KeyModifiers};
use ratatui::style::{Style, Stylize};
use ratatui::text::{Line, Span};

use crate::caches::{Change, Object, WatchCaches};
use crate::columns::{ChangeType, Row, RowId};
use crate::state::State;
use crate::table::{line, shares, widths};

/// Time for which a changed row is highlighted.
const HIGHLIGHT_TIME: Duration = Duration::from_millis(1500);
/// Maximum number of highlighted rows.
const MAX_HIGHLIGHTED: usize = 4096;
/// Maximum number of deleted rows that are still shown.
const MAX_DELETED: usize = 64;

/// Contents of the screen.
#[derive(Debug)]
pub struct Screen {
    objects: Vec<Object>,
    /// Index of the only object shown; `None` for all.
    single: Option<usize>,
    /// First row shown of that object.
    first_row: usize,
    /// Number of rows on a page.
    page: usize,
    highlighted: HashMap<(Object, RowId), (Instant, ChangeType)>,
    deleted: VecDeque<(Instant, Object, Row)>,
    counts: HashMap<Object, Counts>,
    /// `true` if the screen has to be drawn.
    pub dirty: bool,
}

/// Numbers of changes of one type of object.
#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    new: u64,
    changed: u64,
    deleted: u64,
}

impl Screen {
    /// Returns an empty screen for these objects.
    pub fn new(objects: Vec<Object>) -> Self {
        Screen {
            objects,
            single: None,
            first_row: 0,
            page: 1,
            highlighted: HashMap::new(),
            deleted: VecDeque::new(),
            counts: HashMap::new(),
            dirty: true,
        }
    }

    /// Processes an event of the manager; with `highlight`, changed rows are highlighted and counted.
    pub fn update(&mut self, caches: &WatchCaches, event: &Event<Change<'_>>, highlight: bool) {
        self.dirty = true;
        let Event::Change(change) = event else { return };
        let (object, change) = change.change_row();
        if !self.objects.contains(&object) || !highlight {
            return;
        }
        let (now, change_type) = (Instant::now(), change.change_type());
        let counts = self.counts.entry(object).or_default();
        match change_type {
            ChangeType::New => counts.new += 1,
            ChangeType::Changed => counts.changed += 1,
            ChangeType::Deleted => counts.deleted += 1,
            ChangeType::Rejected => return,
        }
        let row = change.row(caches);
        if change_type == ChangeType::Deleted {
            self.highlighted.remove(&(object, row.id));
            self.deleted.truncate(MAX_DELETED - 1);
            self.deleted.push_front((now, object, row));
        } else if self.highlighted.len() < MAX_HIGHLIGHTED {
            // A new row remains new after further changes.
            let highlighted =
                self.highlighted.entry((object, row.id)).or_insert((now, change_type));
            highlighted.0 = now;
        }
    }

    /// Removes expired highlights, and returns whether any are left.
    pub fn expire_highlights(&mut self) -> bool {
        let before = self.highlighted.len() + self.deleted.len();
        self.highlighted.retain(|_, (since, _)| since.elapsed() < HIGHLIGHT_TIME);
        self.deleted.retain(|(since, ..)| since.elapsed() < HIGHLIGHT_TIME);
        let after = self.highlighted.len() + self.deleted.len();
        self.dirty |= before != after;
        after > 0
    }

    /// Processes a key; returns `false` to quit.
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
                self.single = match self.single {
                    None => Some(0),
                    Some(nth) => Some(nth + 1).filter(|nth| *nth < self.objects.len()),
                };
                self.first_row = 0;
            }
            KeyCode::Down => self.first_row += 1,
            KeyCode::Up => self.first_row = self.first_row.saturating_sub(1),
            KeyCode::PageDown | KeyCode::Char(' ') => self.first_row += self.page,
            KeyCode::PageUp => self.first_row = self.first_row.saturating_sub(self.page),
            KeyCode::Home => self.first_row = 0,
            KeyCode::End => self.first_row = usize::MAX,
            _ => {}
        }
        true
    }

    /// Draws the screen: state, tables, keys.
    pub fn draw(
        &mut self,
        frame: &mut Frame<'_>,
        caches: &WatchCaches,
        state: State,
        stats: ManagerStats,
    ) {
        let area = frame.area();
        let (width, height) = (usize::from(area.width), usize::from(area.height));
        let mut lines = status_lines(state, stats, width);
        let lines_left = height.saturating_sub(lines.len() + 1);
        match self.single.and_then(|nth| self.objects.get(nth).copied()) {
            Some(object) => self.draw_page(&mut lines, caches, object, lines_left),
            None => {
                let needed = self.objects.iter().map(|object| self.needed_lines(caches, *object));
                let shares = shares(&needed.collect::<Vec<_>>(), lines_left);
                for (object, share) in self.objects.iter().zip(shares) {
                    self.draw_part(&mut lines, caches, *object, share);
                }
            }
        }
        lines.truncate(height.saturating_sub(1));
        lines.resize(height.saturating_sub(1), Line::default());
        lines.push(self.key_help().dim());
        frame.render_widget(ratatui::text::Text::from(lines), area);
        self.dirty = false;
    }

    fn key_help(&self) -> Line<'static> {
        match self.single {
            None => "q quit   Tab one type alone".into(),
            Some(_) => "q quit   Tab next type   up, down, page up, page down, home, end".into(),
        }
    }

    fn deleted_rows(&self, object: Object) -> impl Iterator<Item = &Row> {
        self.deleted.iter().filter(move |(_, of, _)| *of == object).map(|(_, _, row)| row)
    }

    /// Returns the rows highlighted last, at most `count`.
    fn last_highlighted(&self, object: Object, count: usize) -> HashSet<RowId> {
        let highlighted = self.highlighted.iter().filter(|((of, _), _)| *of == object);
        let mut highlighted =
            highlighted.map(|((_, id), (since, _))| (*since, *id)).collect::<Vec<_>>();
        highlighted.sort_unstable_by(|one, other| other.cmp(one));
        highlighted.into_iter().take(count).map(|(_, id)| id).collect()
    }

    /// Returns the number of lines that all rows of an object need.
    fn needed_lines(&self, caches: &WatchCaches, object: Object) -> usize {
        let rows = caches.entry_rows(object).len() + self.deleted_rows(object).count();
        rows + if rows > 0 { 2 } else { 1 }
    }

    /// Draws an object on `share` lines; if they are too few, the rows highlighted last come first.
    fn draw_part(
        &self,
        out: &mut Vec<Line<'static>>,
        caches: &WatchCaches,
        object: Object,
        share: usize,
    ) {
        let cache = caches.entry_rows(object);
        let needed = self.needed_lines(caches, object);
        let with_headings = needed > 1 && share >= needed.min(4);
        let lines_left = share.saturating_sub(if with_headings { 2 } else { 1 });
        let deleted = self.deleted_rows(object).count().min(lines_left.div_ceil(3));
        let deleted = self
            .deleted_rows(object)
            .take(deleted)
            .map(|row| (row.clone(), Some(ChangeType::Deleted)));
        let deleted = deleted.collect::<Vec<_>>();
        let lines_left = lines_left - deleted.len();
        let mut rows = Vec::new();
        if cache.len() > lines_left {
            let highlighted = self.last_highlighted(object, lines_left);
            rows = cache.matching_rows(caches, &|id| highlighted.contains(&id), lines_left);
            let rest = cache.rows(caches, 0, lines_left + rows.len());
            rows.extend(rest.into_iter().filter(|row| !highlighted.contains(&row.id)));
            rows.truncate(lines_left);
        } else {
            rows.extend(cache.rows(caches, 0, lines_left));
        }
        let more = cache.len() - rows.len();
        let rows = rows.into_iter().map(|row| {
            let change_type =
                self.highlighted.get(&(object, row.id)).map(|(_, change_type)| *change_type);
            (row, change_type)
        });
        let rows = rows.chain(deleted).collect::<Vec<_>>();
        if share > 0 {
            let more = if more > 0 { format!("{more} more") } else { String::new() };
            out.push(self.title(caches, object, more));
            table(out, cache.headings(), rows, with_headings);
        }
    }

    /// Draws a page of an object's rows, in their order.
    fn draw_page(
        &mut self,
        out: &mut Vec<Line<'static>>,
        caches: &WatchCaches,
        object: Object,
        lines_left: usize,
    ) {
        let cache = caches.entry_rows(object);
        self.page = lines_left.saturating_sub(2).max(1);
        self.first_row = self.first_row.min(cache.len().saturating_sub(self.page));
        let rows = cache.rows(caches, self.first_row, self.page);
        let shown = match rows.len() {
            0 => String::new(),
            count => format!("{} to {}", self.first_row + 1, self.first_row + count),
        };
        out.push(self.title(caches, object, shown));
        let rows = rows.into_iter().map(|row| {
            let change_type =
                self.highlighted.get(&(object, row.id)).map(|(_, change_type)| *change_type);
            (row, change_type)
        });
        table(out, cache.headings(), rows.collect(), true);
    }

    fn title(&self, caches: &WatchCaches, object: Object, more: String) -> Line<'static> {
        let cache = caches.entry_rows(object);
        let fill = format!("  {} of {}", cache.len(), cache.capacity());
        let mut spans = vec![Span::from(object.name()).bold().cyan(), fill.into()];
        if cache.rejected() > 0 {
            let rejected = format!("  INCOMPLETE: {} over the capacity", cache.rejected());
            spans.push(Span::from(rejected).bold().red());
        }
        let Counts { new, changed, deleted } =
            self.counts.get(&object).copied().unwrap_or_default();
        for (count, sign, style) in [
            (new, '+', style(ChangeType::New)),
            (changed, '~', style(ChangeType::Changed)),
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

fn style(change_type: ChangeType) -> Style {
    match change_type {
        ChangeType::New => Style::new().bold().green(),
        ChangeType::Changed => Style::new().bold().yellow(),
        ChangeType::Deleted => Style::new().red().crossed_out(),
        ChangeType::Rejected => Style::new(),
    }
}

fn table(
    out: &mut Vec<Line<'static>>,
    headings: &[&str],
    rows: Vec<(Row, Option<ChangeType>)>,
    with_headings: bool,
) {
    let (rows, highlighted): (Vec<Row>, Vec<_>) = rows.into_iter().unzip();
    let widths = widths(headings, &rows);
    if with_headings && !rows.is_empty() {
        out.push(Line::from(format!("  {}", line(headings, &widths))).dim());
    }
    for (row, change_type) in rows.iter().zip(highlighted) {
        // The sign is for terminals without colours.
        let sign = match change_type {
            Some(ChangeType::New) => '+',
            Some(ChangeType::Changed) => '~',
            Some(ChangeType::Deleted) => '-',
            _ => ' ',
        };
        let style = change_type.map(style).unwrap_or_default();
        let text = Span::styled(line(&row.cells, &widths), style);
        out.push(Line::from(vec![Span::styled(format!("{sign} "), Style::new().bold()), text]));
    }
}

/// Returns the state and the statistics, in one line if it is wide enough, otherwise in two.
fn status_lines(state: State, stats: ManagerStats, width: usize) -> Vec<Line<'static>> {
    let state_text = state.to_string();
    let style = match state {
        State::Synced { .. } => Style::new().bold().green(),
        State::Resyncing { .. } => Style::new().bold().yellow(),
        State::Stale(_) => Style::new().bold().red(),
    };
    let stats_text = format!(
        "{} events, {} overruns, {} resync rounds, {} interrupted",
        stats.events, stats.overruns, stats.rounds, stats.interrupted
    );
    let fits = state_text.len() + 3 + stats_text.len() <= width;
    let state_text = Span::styled(state_text, style);
    match fits {
        true => vec![Line::from(vec![state_text, "   ".into(), stats_text.into()])],
        false => vec![Line::from(state_text), stats_text.into()],
    }
}
