//! Any serde value as a tree that knows which of its numbers are times, and which are estimates.

use std::fmt;

use serde::ser::{self, Serialize};

/// A serde value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Tree {
    /// Absent, or nothing that a table shows.
    Nothing,
    Text(String),
    Number(f64),
    /// A length of time, in hours.
    Time(f64),
    /// A time that is estimated, in hours: the fields of an estimate are below.
    Timed(Box<Tree>),
    /// One of several kinds of thing: the kind, and what belongs to it.
    Kind(&'static str, Box<Tree>),
    List(Vec<Tree>),
    Table(Vec<(String, Tree)>),
}

impl Tree {
    pub fn of(value: &impl Serialize) -> Tree {
        value.serialize(Builder).unwrap_or(Tree::Nothing)
    }

    pub fn field(&self, key: &str) -> Option<&Tree> {
        match self {
            Tree::Table(fields) => fields.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    pub fn number(&self) -> Option<f64> {
        match self {
            Tree::Number(number) | Tree::Time(number) => Some(*number),
            _ => None,
        }
    }

    pub fn text(&self) -> Option<&str> {
        match self {
            Tree::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// A value that cannot be serialized. None of this library's results is one.
#[derive(Debug)]
pub(super) struct Unserializable(String);

impl fmt::Display for Unserializable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unserializable {}

impl ser::Error for Unserializable {
    fn custom<T: fmt::Display>(message: T) -> Unserializable {
        Unserializable(message.to_string())
    }
}

type Built = Result<Tree, Unserializable>;

/// The kinds of number that have names of their own.
const TIME_ESTIMATE: &str = "TimeEstimate";
const SPAN: &str = "Span";

struct Builder;

macro_rules! numbers {
    ($($method:ident $type:ty),*) => {$(
        fn $method(self, number: $type) -> Built {
            Ok(Tree::Number(number as f64))
        }
    )*};
}

impl ser::Serializer for Builder {
    type Ok = Tree;
    type Error = Unserializable;
    type SerializeSeq = Items;
    type SerializeTuple = Items;
    type SerializeTupleStruct = Items;
    type SerializeTupleVariant = Items;
    type SerializeMap = Fields;
    type SerializeStruct = Fields;
    type SerializeStructVariant = Fields;

    numbers!(serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64, serialize_u8 u8,
        serialize_u16 u16, serialize_u32 u32, serialize_u64 u64, serialize_f32 f32, serialize_f64 f64);

    fn serialize_bool(self, value: bool) -> Built {
        Ok(Tree::Number(f64::from(u8::from(value))))
    }

    fn serialize_char(self, letter: char) -> Built {
        Ok(Tree::Text(letter.to_string()))
    }

    fn serialize_str(self, text: &str) -> Built {
        Ok(Tree::Text(text.to_owned()))
    }

    fn serialize_bytes(self, _: &[u8]) -> Built {
        Ok(Tree::Nothing)
    }

    fn serialize_none(self) -> Built {
        Ok(Tree::Nothing)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Built {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Built {
        Ok(Tree::Nothing)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Built {
        Ok(Tree::Nothing)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, kind: &'static str) -> Built {
        Ok(Tree::Text(kind.to_owned()))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Built {
        let inner = value.serialize(Builder)?;
        Ok(match (name, &inner) {
            (TIME_ESTIMATE, _) => Tree::Timed(Box::new(inner)),
            (SPAN, Tree::Text(text)) => {
                text.parse::<crate::time::Span>().map_or(Tree::Nothing, |span| Tree::Time(span.as_hours()))
            }
            _ => inner,
        })
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        kind: &'static str,
        value: &T,
    ) -> Built {
        Ok(Tree::Kind(kind, Box::new(value.serialize(Builder)?)))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items, Unserializable> {
        Ok(Items { kind: None, items: Vec::new() })
    }

    fn serialize_tuple(self, _: usize) -> Result<Items, Unserializable> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Items, Unserializable> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        kind: &'static str,
        _: usize,
    ) -> Result<Items, Unserializable> {
        Ok(Items { kind: Some(kind), items: Vec::new() })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Fields, Unserializable> {
        Ok(Fields { kind: None, key: String::new(), fields: Vec::new() })
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Fields, Unserializable> {
        self.serialize_map(None)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        kind: &'static str,
        _: usize,
    ) -> Result<Fields, Unserializable> {
        Ok(Fields { kind: Some(kind), key: String::new(), fields: Vec::new() })
    }
}

/// A tree, of a kind if there is one.
fn of_kind(kind: Option<&'static str>, tree: Tree) -> Tree {
    match kind {
        Some(kind) => Tree::Kind(kind, Box::new(tree)),
        None => tree,
    }
}

struct Items {
    kind: Option<&'static str>,
    items: Vec<Tree>,
}

impl Items {
    fn add<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unserializable> {
        self.items.push(value.serialize(Builder)?);
        Ok(())
    }

    fn built(self) -> Built {
        Ok(of_kind(self.kind, Tree::List(self.items)))
    }
}

macro_rules! items {
    ($($trait:ident $method:ident),*) => {$(
        impl ser::$trait for Items {
            type Ok = Tree;
            type Error = Unserializable;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unserializable> {
                self.add(value)
            }

            fn end(self) -> Built {
                self.built()
            }
        }
    )*};
}
items!(SerializeSeq serialize_element, SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field, SerializeTupleVariant serialize_field);

struct Fields {
    kind: Option<&'static str>,
    key: String,
    fields: Vec<(String, Tree)>,
}

impl ser::SerializeMap for Fields {
    type Ok = Tree;
    type Error = Unserializable;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Unserializable> {
        self.key = match key.serialize(Builder)? {
            Tree::Text(text) => text,
            Tree::Number(number) => number.to_string(),
            _ => String::new(),
        };
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unserializable> {
        let value = value.serialize(Builder)?;
        self.fields.push((std::mem::take(&mut self.key), value));
        Ok(())
    }

    fn end(self) -> Built {
        Ok(of_kind(self.kind, Tree::Table(self.fields)))
    }
}

macro_rules! fields {
    ($($trait:ident),*) => {$(
        impl ser::$trait for Fields {
            type Ok = Tree;
            type Error = Unserializable;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                key: &'static str,
                value: &T,
            ) -> Result<(), Unserializable> {
                self.fields.push((key.to_owned(), value.serialize(Builder)?));
                Ok(())
            }

            fn end(self) -> Built {
                Ok(of_kind(self.kind, Tree::Table(self.fields)))
            }
        }
    )*};
}
fields!(SerializeStruct, SerializeStructVariant);
