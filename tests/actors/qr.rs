//! Reads the QR on a page as a phone's camera does: from what is drawn.
//!
//! It understands the one shape that our pages draw, rectangles in a path.

use data_encoding::BASE64;

/// The text in a QR that stands on a page as `data:image/svg+xml;base64,…`.
pub(crate) fn read(source: &str) -> String {
    let encoded = source.strip_prefix("data:image/svg+xml;base64,").expect("the QR is an SVG in the page");
    let svg = String::from_utf8(BASE64.decode(encoded.as_bytes()).unwrap()).unwrap();
    let rectangles = rectangles(&svg);
    let edge = rectangles.iter().map(|[x, y, width, height]| (x + width).max(y + height)).max().unwrap() + 8;
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(edge, edge, |x, y| {
        let dark = rectangles.iter().any(|[left, top, width, height]| {
            (*left..left + width).contains(&x) && (*top..top + height).contains(&y)
        });
        if dark { 0 } else { 255 }
    });
    let grids = image.detect_grids();
    let (_, text) = grids.first().expect("a QR is drawn").decode().unwrap();
    text
}

/// Each `M x y h w v h` of the path.
fn rectangles(svg: &str) -> Vec<[usize; 4]> {
    let path = svg.split(" d=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a path");
    path.split('M')
        .filter(|piece| !piece.is_empty())
        .map(|piece| {
            let numbers: Vec<usize> = piece
                .split(|letter: char| !letter.is_ascii_digit())
                .filter(|number| !number.is_empty())
                .map(|number| number.parse().unwrap())
                .collect();
            [numbers[0], numbers[1], numbers[2], numbers[3]]
        })
        .collect()
}
