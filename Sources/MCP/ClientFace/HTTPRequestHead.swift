import HTTP

/// The facts of an HTTP request head that decide what becomes of the request, gathered in one
/// pass over the header fields.
struct HTTPRequestHead {
  var method: String
  var path: String
  /// The request came over a Unix socket, where no web page can be behind it.
  var isLocalSocket: Bool

  var host: String?
  var origin: String?
  var authorization: String?
  var sessionID: String?
  var protocolVersion: String?
  var mirroredMethod: String?
  var mirroredName: String?
  var hasJSONBody = false
  var acceptsJSON = false
  var acceptsEvents = false
  /// A field that may stand once stood twice.
  var duplicate: String?
  /// As `duplicate`, for the fields that mirror the body (MCP 2026-07-28, SEP-2243).
  var duplicateMirror: String?

  init(method: String, path: String, headers: HTTPHeaders, isLocalSocket: Bool = false) {
    self.method = method
    self.path = path
    self.isLocalSocket = isLocalSocket
    var hasContentType = false
    for field in headers.fields {
      let name = field.name.utf8
      switch name.count {
      case 4 where name.equalsIgnoringCase("host"):
        if Self.put(field, in: &host) { duplicate = field.name }
      case 6 where name.equalsIgnoringCase("origin"):
        if Self.put(field, in: &origin) { duplicate = field.name }
      case 6 where name.equalsIgnoringCase("accept"):
        addAccept(field.value)
      case 8 where name.equalsIgnoringCase("mcp-name"):
        if Self.put(field, in: &mirroredName) { duplicateMirror = field.name }
      case 10 where name.equalsIgnoringCase("mcp-method"):
        if Self.put(field, in: &mirroredMethod) { duplicateMirror = field.name }
      case 12 where name.equalsIgnoringCase("content-type"):
        if hasContentType { duplicate = field.name }
        hasContentType = true
        let type = field.value.utf8.prefix { $0 != 0x3B }
        hasJSONBody = type.trimmingBlanks.equalsIgnoringCase("application/json")
      case 13 where name.equalsIgnoringCase("authorization"):
        if Self.put(field, in: &authorization) { duplicate = field.name }
      case 14 where name.equalsIgnoringCase("mcp-session-id"):
        if Self.put(field, in: &sessionID) { duplicate = field.name }
      case 20 where name.equalsIgnoringCase("mcp-protocol-version"):
        if Self.put(field, in: &protocolVersion) { duplicateMirror = field.name }
      default: break
      }
    }
  }

  /// The token of an `Authorization: Bearer` field (RFC 6750 §2.1).
  var bearerToken: String? {
    guard let authorization else { return nil }
    let text = authorization.utf8
    guard text.count > 7, text.prefix(7).equalsIgnoringCase("bearer ") else { return nil }
    return String(Substring(text.dropFirst(7).trimmingBlanks))
  }

  /// Whether the place was taken already.
  private static func put(_ field: HTTPField, in place: inout String?) -> Bool {
    let isTaken = place != nil
    place = field.value
    return isTaken
  }

  private mutating func addAccept(_ value: String) {
    // As SDKs spell it; the rest is for everybody else.
    if value == "application/json, text/event-stream" {
      acceptsJSON = true
      acceptsEvents = true
      return
    }
    for range in value.utf8.split(separator: 0x2C) {
      let type = range.prefix { $0 != 0x3B }.trimmingBlanks
      if type.equalsIgnoringCase("application/json") || type.equalsIgnoringCase("application/*") {
        acceptsJSON = true
      } else if type.equalsIgnoringCase("text/event-stream") || type.equalsIgnoringCase("text/*") {
        acceptsEvents = true
      } else if type.equalsIgnoringCase("*/*") {
        acceptsJSON = true
        acceptsEvents = true
      }
    }
  }
}
