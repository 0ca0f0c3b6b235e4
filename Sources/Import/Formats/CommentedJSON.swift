/// JSON as editors have it: with `//` and `/* */` comments, and a comma before a closing bracket.
enum CommentedJSON {
  /// The text as plain JSON: what is not JSON becomes blanks, so that every byte keeps its place.
  static func plain(_ text: [UInt8]) -> [UInt8] {
    var bytes = text
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { bytes.replaceSubrange(0..<3, with: [32, 32, 32]) }
    let quote = UInt8(ascii: "\"")
    let slash = UInt8(ascii: "/")
    /// A comma after which nothing but blanks and comments came.
    var comma: Int?
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      let following = index + 1 < bytes.count ? bytes[index + 1] : 0
      switch byte {
      case quote:
        comma = nil
        index += 1
        while index < bytes.count, bytes[index] != quote {
          index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        index += 1
      case slash where following == slash:
        while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { blank(&bytes, &index) }
      case slash where following == UInt8(ascii: "*"):
        blank(&bytes, &index)
        blank(&bytes, &index)
        while index < bytes.count {
          let isEnd =
            bytes[index] == UInt8(ascii: "*") && index + 1 < bytes.count
            && bytes[index + 1] == slash
          blank(&bytes, &index)
          if isEnd {
            blank(&bytes, &index)
            break
          }
        }
      case UInt8(ascii: ","):
        comma = index
        index += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if let comma { bytes[comma] = 32 }
        comma = nil
        index += 1
      case 0x20, 0x09, 0x0a, 0x0d: index += 1
      default:
        comma = nil
        index += 1
      }
    }
    return bytes
  }

  /// Ends of lines stay, so that errors name the right one.
  private static func blank(_ bytes: inout [UInt8], _ index: inout Int) {
    if bytes[index] != UInt8(ascii: "\n") { bytes[index] = 32 }
    index += 1
  }
}
