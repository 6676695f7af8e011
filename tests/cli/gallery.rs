//! The gallery: every command of it makes its picture.

use super::readme::words;
use super::{own_path, rlct};
use std::path::Path;

#[test]
fn the_commands_of_the_gallery_make_its_pictures() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let page = std::fs::read_to_string(docs.join("gallery.md")).unwrap();
    let mut pictures = 0;
    for line in page.lines().filter_map(|line| line.strip_prefix("$ rlct ")) {
        let mut words = words(line);
        let path = words.last_mut().unwrap();
        let name = path.strip_prefix("docs/gallery/").unwrap().to_string();
        let drawn = own_path(&name);
        drop(std::fs::remove_file(&drawn));
        *path = drawn.to_str().unwrap().to_string();
        let arguments: Vec<&str> = words.iter().map(String::as_str).collect();
        let ended = rlct(&arguments);
        // 3: undecided, as estimates may be
        assert!([0, 3].contains(&ended.code), "{line}: {}", ended.stderr);
        let svg = std::fs::read_to_string(&drawn).unwrap();
        assert!(svg.starts_with("<svg") && svg.contains("</svg>"), "{line}");
        let kept = std::fs::read_to_string(docs.join("gallery").join(&name)).unwrap();
        let texts = |svg: &str| svg.matches("<text").count();
        if ["exact", "strata"].contains(&words[0].as_str()) {
            assert!(svg == kept, "{line}: draw it again");
        } else {
            // the digits of an estimate may differ from one machine to another
            assert!(texts(&svg).abs_diff(texts(&kept)) <= 12, "{line}");
        }
        assert!(page.contains(&format!("](gallery/{name})")), "{name}");
        pictures += 1;
    }
    assert!(pictures >= 6, "{pictures}");
}

/// What no picture can be of is refused before the work.
#[test]
fn pictures_that_cannot_be_are_refused() {
    let path = own_path("none.svg");
    let path = path.to_str().unwrap();
    let told = |arguments: &[&str]| {
        let ended = rlct(arguments);
        assert_eq!(ended.code, 2, "{}", ended.stderr);
        assert!(!Path::new(path).exists());
        ended.stderr
    };
    let three = told(&["exact", "--ideal", "x*y*z", "--picture", path]);
    assert!(three.contains("two variables"), "{three}");
    let ending = told(&["exact", "--ideal", "x*y", "--picture", "polygon.gif"]);
    assert!(ending.contains(".svg"), "{ending}");
    let volume = told(&["estimate", "x^2", "--method", "volume", "--picture", path]);
    assert!(volume.contains("several temperatures"), "{volume}");
    let one = told(&[
        "estimate",
        "x^2",
        "--energy",
        "--method",
        "mala",
        "--picture",
        path,
    ]);
    assert!(one.contains("several temperatures"), "{one}");
}
