extension HTMLWriter {
  /// A QR code as a picture, dark on light whatever the page's colours are: readers want that.
  mutating func picture(_ code: QRCode, label: String) {
    let border = 4
    var path = ""
    for y in 0..<code.size {
      for x in 0..<code.size where code[x, y] { path += "M\(x + border) \(y + border)h1v1h-1z" }
    }
    let side = code.size + 2 * border
    element(
      "svg",
      [
        "class": "qr", "role": "img", "aria-label": label, "viewBox": "0 0 \(side) \(side)",
        "shape-rendering": "crispEdges",
      ]
    ) { svg in
      svg.void("path", ["d": path])
      svg.end("path")
    }
  }
}
