//! The text of a model as a tree whose keys and values know where they stand.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use toml::de::{DeTable, DeValue};

/// A value, and where it stands: bytes from the start of the text.
pub(super) struct Node {
    pub at: usize,
    pub value: Value,
}

pub(super) enum Value {
    Table(Vec<(String, Node)>),
    List(Vec<Node>),
    /// A text without its quotes, or a number as it is written.
    Scalar(String),
}

impl Node {
    /// The tree of a text in TOML.
    pub fn of_toml(text: &str) -> Option<Node> {
        let table = DeTable::parse(text).ok()?;
        Some(Node { at: 0, value: Value::Table(of_table(table.get_ref())) })
    }

    /// The tree of a text in JSON.
    pub fn of_json(text: &str) -> Option<Node> {
        of_raw(text, serde_json::from_str(text).ok()?)
    }

    /// What a table has under `key`.
    pub fn field(&self, key: &str) -> Option<&Node> {
        self.fields().iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    pub fn fields(&self) -> &[(String, Node)] {
        match &self.value {
            Value::Table(fields) => fields,
            Value::List(_) | Value::Scalar(_) => &[],
        }
    }

    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            Value::Table(_) | Value::Scalar(_) => &[],
        }
    }

    pub fn scalar(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(text) => Some(text),
            Value::Table(_) | Value::List(_) => None,
        }
    }
}

fn of_table(table: &DeTable<'_>) -> Vec<(String, Node)> {
    let mut fields: Vec<_> = table
        .iter()
        .map(|(key, value)| (key.get_ref().to_string(), of_value(value.span().start, value.get_ref())))
        .collect();
    // As written, not in order of the alphabet.
    fields.sort_by_key(|(_, node)| node.at);
    fields
}

fn of_value(at: usize, value: &DeValue<'_>) -> Node {
    let value = match value {
        DeValue::Table(table) => Value::Table(of_table(table)),
        DeValue::Array(items) => {
            let item = |item: &toml::Spanned<DeValue<'_>>| of_value(item.span().start, item.get_ref());
            Value::List(items.iter().map(item).collect())
        }
        DeValue::String(text) => Value::Scalar(text.to_string()),
        DeValue::Integer(number) => Value::Scalar(number.as_str().to_owned()),
        DeValue::Float(number) => Value::Scalar(number.as_str().to_owned()),
        DeValue::Boolean(value) => Value::Scalar(value.to_string()),
        DeValue::Datetime(time) => Value::Scalar(time.to_string()),
    };
    Node { at, value }
}

/// The fields of a JSON object, their values as they are written.
struct Fields<'t>(Vec<(String, &'t RawValue)>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Fields<'de>, D::Error> {
        struct FieldsVisitor;

        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
                let mut fields = Vec::new();
                while let Some((key, value)) = map.next_entry::<Cow<'de, str>, &'de RawValue>()? {
                    fields.push((key.into_owned(), value));
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(FieldsVisitor)
    }
}

/// A value of JSON is a part of the text, so that its place is known.
fn of_raw<'t>(text: &'t str, raw: &'t RawValue) -> Option<Node> {
    let written = raw.get();
    let at = (written.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    let value = match written.as_bytes().first()? {
        b'{' => {
            let Fields(fields) = serde_json::from_str(written).ok()?;
            let node = |(key, raw)| Some((key, of_raw(text, raw)?));
            Value::Table(fields.into_iter().map(node).collect::<Option<_>>()?)
        }
        b'[' => {
            let items: Vec<&RawValue> = serde_json::from_str(written).ok()?;
            Value::List(items.into_iter().map(|raw| of_raw(text, raw)).collect::<Option<_>>()?)
        }
        b'"' => Value::Scalar(serde_json::from_str(written).ok()?),
        _ => Value::Scalar(written.to_owned()),
    };
    Some(Node { at, value })
}
