//! `Debug` of tables: nested tables print as their names, as a set may contain itself.

use core::fmt;

use crate::schema::{Layout, LayoutField, Row, Selector, SelectorValue, Table, Type};

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} => {}: {:?}", self.number, self.name, self.ty)?;
        self.constraint.map_or(Ok(()), |bound| write!(f, " where {bound:?}"))
    }
}

impl fmt::Debug for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", self.name, self.len)
    }
}

impl fmt::Debug for LayoutField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} => {}: {:?}", self.offset, self.name, self.ty)
    }
}

impl fmt::Debug for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {{", self.by)?;
        self.cases.iter().try_for_each(|(case, ty)| write!(f, "{case:?} => {ty:?},"))?;
        f.write_str("}")
    }
}

impl fmt::Debug for SelectorValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SelectorValue::Text(text) => f.write_str(text),
            SelectorValue::Number(number) => write!(f, "{number}"),
            SelectorValue::Any => f.write_str("_"),
        }
    }
}

impl fmt::Debug for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Flag => f.write_str("Flag"),
            Type::Int(int) => write!(f, "{int:?}"),
            Type::Enum(int, _) => write!(f, "Enum({int:?})"),
            Type::Halves(int, _) => write!(f, "Halves({int:?})"),
            Type::Flags(int, _) => write!(f, "Flags({int:?})"),
            Type::Bitfield32(_) => f.write_str("Bitfield32"),
            Type::Text(max) => write!(f, "Text({max})"),
            Type::Bytes(min, max) => write!(f, "Bytes({min}, {max})"),
            Type::Hardware => f.write_str("Hardware"),
            Type::Ip => f.write_str("Ip"),
            Type::Ipv4 => f.write_str("Ipv4"),
            Type::Ipv6 => f.write_str("Ipv6"),
            Type::Struct(layout) => write!(f, "Struct({layout:?})"),
            Type::Array(element) => write!(f, "Array({element:?})"),
            Type::Nest(rows) => write!(f, "Nest({:?})", rows()),
            Type::IndexedArray(element) => write!(f, "IndexedArray({element:?})"),
            Type::FixedHeader(layout, rows) => write!(f, "FixedHeader({layout:?}, {:?})", rows()),
            Type::Records(layout, rows) => write!(f, "Records({layout:?}, {:?})", rows()),
            Type::SubMessage(choices) => write!(f, "SubMessage({:?})", choices.by),
            Type::WithTail(layout, tail) => write!(f, "WithTail({layout:?}, {tail:?})"),
            Type::Reject => f.write_str("Reject"),
        }
    }
}
