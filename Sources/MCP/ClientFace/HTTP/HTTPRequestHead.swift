import HTTP

/// The facts of an HTTP request head that decide what becomes of the request.
///
/// A class, because it is looked at before and after suspensions, and what a task keeps over a
/// suspension is copied.
final class HTTPRequestHead {
  let method: String
  let path: String
  /// The target after its first `?`.
  let query: String?
  /// The request came over a Unix socket, where no web page can be behind it.
  let isLocalSocket: Bool
  let fields: HTTPRequestFields
  /// The IP address it came from; nil over a Unix socket.
  let origin: String?

  init(
    method: String, path: String, query: String?, isLocalSocket: Bool, fields: HTTPRequestFields,
    origin: String? = nil
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.isLocalSocket = isLocalSocket
    self.fields = fields
    self.origin = origin
  }

  /// The head of a request that is being served.
  convenience init(of exchange: HTTPExchange, behind proxies: TrustedProxies?) {
    var fields = HTTPRequestFields()
    exchange.forEachField { name, value in fields.add(name, value) }
    self.init(
      method: exchange.method, path: exchange.path, query: exchange.query,
      isLocalSocket: exchange.peer.isLocal, fields: consume fields,
      origin: TrustedProxies.origin(of: exchange, behind: proxies))
  }

  /// The session that the target of a POST over HTTP+SSE names.
  var queriedSessionID: String? {
    query?.split(separator: "&").first { $0.hasPrefix("sessionId=") }
      .map { String($0.dropFirst("sessionId=".count)) }
  }
}

/// What matters of the header fields, gathered in one pass over them.
struct HTTPRequestFields {
  private(set) var host: String?
  private(set) var origin: String?
  /// The token of an `Authorization: Bearer` field (RFC 6750 §2.1).
  private(set) var bearerToken: String?
  /// The token of an `Authorization: DPoP` field (RFC 9449 §7.1).
  private(set) var boundToken: String?
  /// The `DPoP` field.
  private(set) var proof: String?
  private(set) var sessionID: String?
  private(set) var lastEventID: String?
  private(set) var protocolVersion: String?
  private(set) var mirroredMethod: String?
  private(set) var mirroredName: String?
  /// `Forwarded` and `X-Forwarded-For`, several in a row; for whom they are taken from.
  /// `Mcp-Param-*` fields, by what stands for `*`.
  private(set) var parameters: [(name: String, value: String)] = []
  private(set) var hasJSONBody = false
  private(set) var acceptsJSON = false
  private(set) var acceptsEvents = false
  /// A field that may stand once stood twice.
  private(set) var duplicate: String?
  /// As `duplicate`, for the fields that mean something in a session.
  private(set) var duplicateOfSession: String?
  /// As `duplicate`, for the fields that mirror the body (MCP 2026-07-28, SEP-2243).
  private(set) var duplicateMirror: String?

  private var hasContentType = false
  private var hasAuthorization = false

  /// Takes one field into account.
  mutating func add(_ name: Span<UInt8>, _ value: Span<UInt8>) {
    switch name.count {
    case 4 where name.equalsIgnoringCase("host"):
      if Self.put(value, in: &host) { duplicate = "Host" }
    case 4 where name.equalsIgnoringCase("dpop"):
      if Self.put(value, in: &proof) { duplicate = "DPoP" }
    case 6 where name.equalsIgnoringCase("origin"):
      if Self.put(value, in: &origin) { duplicate = "Origin" }
    case 6 where name.equalsIgnoringCase("accept"):
      addAccept(value)
    case 8 where name.equalsIgnoringCase("mcp-name"):
      if Self.put(value, in: &mirroredName) { duplicateMirror = "Mcp-Name" }
    case 10 where name.equalsIgnoringCase("mcp-method"):
      if Self.put(value, in: &mirroredMethod) { duplicateMirror = "Mcp-Method" }
    case 12 where name.equalsIgnoringCase("content-type"):
      if hasContentType { duplicate = "Content-Type" }
      hasContentType = true
      hasJSONBody = value.extracting(
        value.mediaType(in: 0..<value.count)
      ).equalsIgnoringCase("application/json")
    case 13 where name.equalsIgnoringCase("authorization"):
      if hasAuthorization { duplicate = "Authorization" }
      hasAuthorization = true
      bearerToken = Self.token(value, "bearer ")
      if bearerToken == nil { boundToken = Self.token(value, "dpop ") }
    case 13 where name.equalsIgnoringCase("last-event-id"):
      if Self.put(value, in: &lastEventID) { duplicateOfSession = "Last-Event-ID" }
    case 14 where name.equalsIgnoringCase("mcp-session-id"):
      if Self.put(value, in: &sessionID) { duplicateOfSession = "Mcp-Session-Id" }
    case 20 where name.equalsIgnoringCase("mcp-protocol-version"):
      if Self.put(value, in: &protocolVersion) { duplicateMirror = "MCP-Protocol-Version" }
    case 11... where name.extracting(first: 10).equalsIgnoringCase("mcp-param-"):
      parameters.append((name.extracting(10..<name.count).text, value.text))
    default: break
    }
  }

  private static func token(_ value: Span<UInt8>, _ scheme: StaticString) -> String? {
    let count = scheme.utf8CodeUnitCount
    guard value.count > count, value.extracting(first: count).equalsIgnoringCase(scheme) else {
      return nil
    }
    return value.extracting(value.trimmingBlanks(count..<value.count)).text
  }

  /// Whether the place was taken already.
  private static func put(_ value: Span<UInt8>, in place: inout String?) -> Bool {
    let isTaken = place != nil
    place = value.text
    return isTaken
  }

  private mutating func addAccept(_ value: Span<UInt8>) {
    // As most clients write it.
    if value.equalsIgnoringCase("application/json, text/event-stream") {
      acceptsJSON = true
      acceptsEvents = true
      return
    }
    var start = 0
    while start < value.count {
      var end = start
      while end < value.count, value[end] != UInt8(ascii: ",") { end += 1 }
      addMediaRange(value.extracting(value.mediaType(in: start..<end)))
      start = end + 1
    }
  }

  private mutating func addMediaRange(_ type: Span<UInt8>) {
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
