/// The pages that a person may be sent to.
enum WebURL {
  /// Bytes of a URL.
  static let bytesMax = 8_192

  /// The host of an `http` or `https` URL (RFC 3986 §3.2.2) in lower case, without its port; nil
  /// for anything else. User names before the host are refused: they are how a page is passed off
  /// for another.
  static func host(of url: String) -> String? {
    let bytes = Array(url.utf8)
    guard bytes.count <= bytesMax,
      bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }),
      let colon = bytes.firstIndex(of: UInt8(ascii: ":"))
    else { return nil }
    let scheme = String(decoding: bytes[..<colon], as: UTF8.self).lowercased()
    let rest = bytes[(colon + 1)...]
    guard scheme == "https" || scheme == "http", rest.starts(with: "//".utf8) else { return nil }
    let authority = rest.dropFirst(2).prefix { !"/?#".utf8.contains($0) }
    guard !authority.contains(UInt8(ascii: "@")) else { return nil }
    let host: ArraySlice<UInt8>
    if authority.first == UInt8(ascii: "[") {
      guard let end = authority.firstIndex(of: UInt8(ascii: "]")) else { return nil }
      host = authority[...end]
    } else {
      host = authority.prefix { $0 != UInt8(ascii: ":") }
    }
    guard host.contains(where: { !"[].:".utf8.contains($0) }) || host.elementsEqual("[::]".utf8)
    else { return nil }
    let port = authority[host.endIndex...]
    guard port.isEmpty || port.first == UInt8(ascii: ":"),
      port.dropFirst().allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return nil }
    return String(decoding: host, as: UTF8.self).lowercased()
  }
}
