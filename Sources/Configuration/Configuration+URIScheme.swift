extension Configuration.Upstream {
  /// What stands for a server in the URIs of its resources at aggregated endpoints: its name in
  /// lower case, `.` for `_`, and `s..` in front of what does not begin with a letter, as schemes
  /// must (RFC 3986, section 3.1). Names of servers that differ in case alone have the same.
  public static func uriScheme(ofServer name: String) -> String {
    var bytes = name.utf8.map { byte in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
      case UInt8(ascii: "_"): UInt8(ascii: ".")
      default: byte
      }
    }
    let isLetter = bytes.first.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
    if isLetter != true { bytes.insert(contentsOf: "s..".utf8, at: 0) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
