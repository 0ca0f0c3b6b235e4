/// The two media types of streamable HTTP.
enum MediaType {
  static func isJSON(_ value: String) -> Bool { essence(value) == "application/json" }
  static func isEventStream(_ value: String) -> Bool { essence(value) == "text/event-stream" }

  private static func essence(_ value: String) -> String {
    let end = value.utf8.firstIndex(of: UInt8(ascii: ";")) ?? value.utf8.endIndex
    let essence = value[..<end]
    return essence.filter { $0 != " " && $0 != "\t" }.lowercased()
  }
}
