//! From results to figures: which numbers go into which chart, under which title.

pub mod maps;
pub mod names;
pub mod plots;

use crate::input::projects::Project;
use crate::input::study::Definition;
use crate::input::vocabulary::Mode;
use crate::network::streets::Streets;
use crate::network::territory::Territory;
use crate::output::chart::{Caption, Figure};
use crate::output::verdict_table::mode_zh;

/// A figure with the name of its files.
#[derive(Debug, Clone)]
pub struct NamedFigure {
    /// File name without ending.
    pub name: String,
    /// The figure.
    pub figure: Figure,
    /// Width of the PNG in pixels.
    pub width: u32,
}

/// What all figures of a run share.
pub struct Setting<'a> {
    /// Places.
    pub territory: &'a Territory,
    /// Projects, for what is still planned.
    pub projects: &'a [Project],
    /// Source line.
    pub source: String,
    /// Streets, in a study of streets: the main ones are drawn.
    pub streets: Option<&'a Streets>,
}

impl Setting<'_> {
    /// The frame of a figure on one definition and mode.
    pub(crate) fn caption(
        &self,
        (zh, en): (String, String),
        definition: Option<(&Definition, Mode)>,
        remark: &str,
    ) -> Caption {
        let note = definition.map(|(definition, mode)| {
            let (id, name, meaning) = (&definition.id, &definition.name.zh, &definition.meaning.zh);
            format!("{id} {name}，{}；{meaning}。{remark}", mode_zh(mode))
        });
        let note = note.or_else(|| (!remark.is_empty()).then(|| remark.to_string()));
        Caption { number: None, title: zh, title_en: en, source: self.source.clone(), note }
    }
}

/// The mode in English, as in titles.
pub(crate) const fn mode_en(mode: Mode) -> &'static str {
    match mode {
        Mode::Car => "by car",
        Mode::Feeder => "by public transport with car access",
        Mode::Transit => "by public transport",
        Mode::Best => "by the fastest mode",
    }
}
