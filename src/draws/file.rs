//! Where draws are written.

use super::{DrawsError, RecordedDraws, text, zarr};
use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// A format of draws, chosen by a file's ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DrawsFormat {
    /// `.zarr`: a Zarr v3 store, a directory.
    Zarr,
    /// `.json`: summaries and traces of losses.
    Json,
    /// `.csv`: a line a draw.
    Csv,
}

impl DrawsFormat {
    /// The format that an ending stands for.
    ///
    /// ```
    /// # use rlct::draws::DrawsFormat;
    /// assert_eq!(DrawsFormat::of("draws.zarr".as_ref()), Some(DrawsFormat::Zarr));
    /// assert_eq!(DrawsFormat::of("4000".as_ref()), None);
    /// ```
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "zarr" => Some(Self::Zarr),
            "json" => Some(Self::Json),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Zarr => "Zarr store",
            Self::Json | Self::Csv => "file",
        }
    }
}

/// A file, or for Zarr a directory, that draws are written to. It is written under another name in
/// the same folder and renamed when it is complete, so that no half of it is ever seen.
///
/// # Examples
///
/// ```
/// use rlct::draws::{DrawsFile, DrawsFormat};
///
/// let file = DrawsFile::new("draws.zarr")?;
/// assert_eq!(file.format(), DrawsFormat::Zarr);
/// assert!(DrawsFile::new("draws.txt").is_err());
/// # Ok::<(), rlct::draws::DrawsError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawsFile {
    path: PathBuf,
    format: DrawsFormat,
    replace: bool,
}

impl DrawsFile {
    /// A file that must not exist yet.
    ///
    /// # Errors
    /// [`DrawsError::Ending`] if its ending is not `.zarr`, `.json` or `.csv`.
    ///
    /// ```
    /// # use rlct::draws::DrawsFile;
    /// let error = DrawsFile::new("4000").unwrap_err();
    /// assert!(error.to_string().starts_with("`4000` does not end in .zarr, .json or .csv"));
    /// ```
    pub fn new(path: impl Into<PathBuf>) -> Result<Self, DrawsError> {
        let path = path.into();
        match DrawsFormat::of(&path) {
            Some(format) => Ok(Self {
                path,
                format,
                replace: false,
            }),
            None => Err(DrawsError::Ending { path }),
        }
    }

    /// Whether what is there already is replaced. A directory is replaced only by a Zarr store, and
    /// only if it is one.
    ///
    /// ```
    /// # use rlct::draws::DrawsFile;
    /// let file = DrawsFile::new("draws.csv")?.replacing(true);
    /// # let _ = file;
    /// # Ok::<(), rlct::draws::DrawsError>(())
    /// ```
    #[must_use]
    pub fn replacing(mut self, replace: bool) -> Self {
        self.replace = replace;
        self
    }

    /// The path.
    ///
    /// ```
    /// # use rlct::draws::DrawsFile;
    /// assert_eq!(DrawsFile::new("draws.csv")?.path().to_str(), Some("draws.csv"));
    /// # Ok::<(), rlct::draws::DrawsError>(())
    /// ```
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The format.
    ///
    /// ```
    /// # use rlct::draws::{DrawsFile, DrawsFormat};
    /// assert_eq!(DrawsFile::new("draws.csv")?.format(), DrawsFormat::Csv);
    /// # Ok::<(), rlct::draws::DrawsError>(())
    /// ```
    #[must_use]
    pub fn format(&self) -> DrawsFormat {
        self.format
    }

    /// Checks that the draws can be written, before hours are spent on them: nothing is there that
    /// is not to be replaced, and a file can be made in the folder.
    ///
    /// # Errors
    /// [`DrawsError::Exists`], [`DrawsError::NotReplaced`], [`DrawsError::Write`].
    ///
    /// ```
    /// # use rlct::draws::DrawsFile;
    /// assert!(DrawsFile::new("/no/such/folder/draws.csv")?.check().is_err());
    /// # Ok::<(), rlct::draws::DrawsError>(())
    /// ```
    pub fn check(&self) -> Result<(), DrawsError> {
        self.check_place()?;
        let trial = self.beside("part");
        let made = File::create(&trial).and_then(|_| fs::remove_file(&trial));
        made.map_err(|error| self.refused(error))
    }

    /// Writes the draws.
    ///
    /// # Errors
    /// As [`check`](Self::check), and [`DrawsError::NoDraws`] if there are none.
    ///
    /// ```
    /// # use rlct::{draws::{DrawsFile, Recording}, estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let run = Llc::new(&loss, &[0.0]).nbeta(1e3).draws(50).record(&Recording::new())?;
    /// let path = std::env::temp_dir().join(format!("rlct-doc-write-{}.zarr", std::process::id()));
    /// let file = DrawsFile::new(&path)?;
    /// file.write(&run.draws)?;
    /// assert!(path.join("posterior/zarr.json").is_file());
    /// assert!(file.write(&run.draws).is_err(), "it exists");
    /// file.replacing(true).write(&run.draws)?;
    /// # std::fs::remove_dir_all(path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn write(&self, draws: &RecordedDraws) -> Result<(), DrawsError> {
        if draws.num_draws() == 0 {
            return Err(DrawsError::NoDraws {
                path: self.path.clone(),
            });
        }
        self.check_place()?;
        let part = self.beside("part");
        let written = match self.format {
            DrawsFormat::Zarr => zarr::write(draws, &part),
            DrawsFormat::Json => text::write_json(draws, &part),
            DrawsFormat::Csv => text::write_csv(draws, &part),
        };
        written
            .and_then(|()| self.put_in_place(&part))
            .map_err(|error| {
                drop(remove(&part));
                self.refused(error)
            })
    }

    fn check_place(&self) -> Result<(), DrawsError> {
        let path = self.path.clone();
        // a link to nothing is something, too
        if fs::symlink_metadata(&path).is_err() {
            return Ok(());
        }
        if !self.replace {
            return Err(DrawsError::Exists { path });
        }
        let same_kind = match self.format {
            DrawsFormat::Zarr => path.join("zarr.json").is_file(),
            DrawsFormat::Json | DrawsFormat::Csv => path.is_file(),
        };
        if same_kind {
            return Ok(());
        }
        let what = self.format.name();
        Err(DrawsError::NotReplaced { path, what })
    }

    /// Renames what is complete. A directory cannot be renamed onto another: the old one is moved
    /// away first and removed last.
    fn put_in_place(&self, part: &Path) -> io::Result<()> {
        if !part.is_dir() || !self.path.exists() {
            return fs::rename(part, &self.path);
        }
        let old = self.beside("old");
        fs::rename(&self.path, &old)?;
        fs::rename(part, &self.path).inspect_err(|_| drop(fs::rename(&old, &self.path)))?;
        remove(&old)
    }

    /// A hidden name in the same folder, of this process.
    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = OsString::from(".");
        name.push(self.path.file_name().unwrap_or_default());
        name.push(format!(".{}.{ending}", std::process::id()));
        self.path.with_file_name(name)
    }

    fn refused(&self, error: io::Error) -> DrawsError {
        DrawsError::Write {
            path: self.path.clone(),
            error,
        }
    }
}

fn remove(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    }
}
