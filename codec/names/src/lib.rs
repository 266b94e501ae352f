//! The kernel's C names in the documentation of `barelink-codec`'s tables.
//!
//! `#[doc(alias = "IFLA_MTU")]` takes a literal only, so that `macro_rules!` cannot put one together
//! from a table's prefix and a row's name. These two attribute macros can: they add the alias, and a
//! line with the C name and the number. The table macros apply them in documentation builds only; to
//! any other build they add nothing.

use std::iter::once;

use proc_macro::{Delimiter, Group, TokenStream, TokenTree};

/// Documents a constant: `row("IFLA_", MTU, 4)`, or `row("IFLA_", MTU, 4, "IFLA_LINK_MTU")` where the
/// C name does not follow the prefix. An empty C name means that there is none.
#[proc_macro_attribute]
pub fn row(args: TokenStream, item: TokenStream) -> TokenStream {
    let args: Vec<TokenTree> = args.into_iter().collect();
    let mut args = args.split(is_comma).map(<[_]>::first);
    let mut next = || args.next().flatten();
    let prefix = next().map(text).unwrap_or_default();
    let name = next().map(text).unwrap_or_default();
    let number = next().map(text).unwrap_or_default();
    let c_name = c_name(&prefix, &name, next().map(text));
    let line = match &c_name {
        Some(c_name) => format!("`{c_name}` = {number}."),
        None => format!("Number {number}."),
    };
    documented(item, c_name.filter(|c_name| *c_name != name).as_deref(), &line)
}

/// Documents a structure and its fields:
/// `fields("struct ifinfomsg", "ifi_", 16, family 0, hardware 2 "ifi_type",)`.
#[proc_macro_attribute]
pub fn fields(args: TokenStream, item: TokenStream) -> TokenStream {
    let args: Vec<TokenTree> = args.into_iter().collect();
    let mut args = args.split(is_comma);
    let mut next = || args.next().and_then(<[_]>::first).map(text).unwrap_or_default();
    let (c_name, prefix, len) = (next(), next(), next());
    let rows: Vec<Row> = args
        .filter_map(|row| {
            let [name, offset, own @ ..] = row else { return None };
            let name = text(name);
            let own = own.first().map(text);
            // Without a prefix, the fields of a C structure have its names.
            let own =
                own.or_else(|| (prefix.is_empty() && !c_name.is_empty()).then(|| name.clone()));
            let c_name = self::c_name(&prefix, &name, own);
            let line = match &c_name {
                Some(c_name) => format!("`{c_name}`, offset {}.", text(offset)),
                None => format!("Offset {}.", text(offset)),
            };
            Some(Row { alias: c_name.filter(|c_name| *c_name != name), name, line })
        })
        .collect();
    let item = item
        .into_iter()
        .map(|token| match token {
            TokenTree::Group(body) if body.delimiter() == Delimiter::Brace => {
                TokenTree::Group(Group::new(Delimiter::Brace, with_fields(body, &rows)))
            }
            other => other,
        })
        .collect();
    // It is searched for by its tag.
    let tag = c_name.strip_prefix("struct ");
    let line = match c_name.as_str() {
        "" => format!("{len} bytes."),
        c_name => format!("`{c_name}`, {len} bytes."),
    };
    documented(item, tag, &line)
}

/// Additions to a field's documentation.
struct Row {
    name: String,
    alias: Option<String>,
    line: String,
}

/// Documents each field that has a row.
fn with_fields(body: Group, rows: &[Row]) -> TokenStream {
    let tokens: Vec<TokenTree> = body.stream().into_iter().collect();
    let mut out = TokenStream::new();
    for field in tokens.split_inclusive(is_comma) {
        let name = field.windows(2).find_map(field_name);
        let row = name.and_then(|name| rows.iter().find(|row| row.name == name));
        let field = field.iter().cloned().collect();
        out.extend(match row {
            Some(row) => documented(field, row.alias.as_deref(), &row.line),
            None => field,
        });
    }
    out
}

/// The item with an alias ahead of its attributes, and a paragraph after the last of them.
fn documented(item: TokenStream, alias: Option<&str>, line: &str) -> TokenStream {
    let mut out = TokenStream::new();
    if let Some(alias) = alias {
        out.extend(attribute(&format!("#[doc(alias = {alias:?})]")));
    }
    let tokens: Vec<TokenTree> = item.into_iter().collect();
    let mut attributes = 0;
    while let Some([TokenTree::Punct(hash), TokenTree::Group(_)]) =
        tokens.get(attributes..attributes + 2)
    {
        if hash.as_char() != '#' {
            break;
        }
        attributes += 2;
    }
    for (at, token) in tokens.into_iter().enumerate() {
        if at == attributes {
            out.extend(attribute(&format!("#[doc = \"\"] #[doc = {line:?}]")));
        }
        out.extend(once(token));
    }
    out
}

fn attribute(text: &str) -> TokenStream {
    text.parse().unwrap_or_default()
}

/// The name of a field: the identifier right before a single colon.
fn field_name(pair: &[TokenTree]) -> Option<String> {
    match pair {
        [TokenTree::Ident(name), TokenTree::Punct(colon)] if colon.as_char() == ':' => {
            Some(name.to_string())
        }
        _ => None,
    }
}

fn is_comma(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',')
}

/// The C name of a row: its own, or the prefix and its name; none where that is empty.
fn c_name(prefix: &str, name: &str, own: Option<String>) -> Option<String> {
    let name = name.trim_start_matches("r#");
    let c_name = own.or_else(|| (!prefix.is_empty()).then(|| format!("{prefix}{name}")))?;
    (!c_name.is_empty()).then_some(c_name)
}

/// The text of a token, without the quotes of a literal, or the group that a macro's fragment is in.
fn text(token: &TokenTree) -> String {
    match token {
        TokenTree::Group(group) => group.stream().into_iter().next().as_ref().map(text),
        other => Some(other.to_string().trim_matches('"').to_owned()),
    }
    .unwrap_or_default()
}
