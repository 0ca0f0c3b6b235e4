import BenchmarkSupport

/// The texts of the requests that one connection sends. A call's text is made once; only its id,
/// which always has ten digits, is written anew for each, and its token where there are several.
struct Requests: ~Copyable {
  private let options: LoadOptions
  private var call = ByteBuffer(capacity: 1024)
  private var idOffset = 0
  private var tokenOffset = 0

  static let firstID: UInt64 = 1_000_000_000

  init(_ options: LoadOptions) {
    self.options = options
    makeCall(sessionID: nil)
  }

  /// Makes the call anew, for a session that the server has named.
  mutating func makeCall(sessionID: String?) {
    let body =
      #"{"jsonrpc":"2.0","id":\#(Requests.firstID),"method":"tools/call","params":"#
      + #"{"name":"\#(options.tool)","arguments":{\#(arguments)}\#(meta())}}"#
    call.clear()
    let head = post(body, method: "tools/call", name: options.tool, sessionID: sessionID)
    call.append(text: head + body)
    idOffset = head.utf8.count + #"{"jsonrpc":"2.0","id":"#.utf8.count
    // `Authorization` is the last field.
    tokenOffset = head.utf8.count - 4 - (options.tokens.first?.utf8.count ?? 0)
  }

  /// The progress token of every call; a connection has one at a time.
  static let progressToken = "bench-load"

  private func meta() -> String {
    var members: [String] = []
    if options.era == .stateless {
      members = [
        #""io.modelcontextprotocol/protocolVersion":"2026-07-28""#,
        #""io.modelcontextprotocol/clientCapabilities":{}"#,
        #""io.modelcontextprotocol/clientInfo":{"name":"bench-load","version":"1"}"#,
      ]
    }
    if options.progress > 0 { members.append(#""progressToken":"\#(Requests.progressToken)""#) }
    return members.isEmpty ? "" : #","_meta":{\#(members.joined(separator: ","))}"#
  }

  private var arguments: String {
    options.tool.hasSuffix("payload") ? #""bytes":\#(options.bytes)"# : ""
  }

  /// The text of the call with `id`. Valid until the next one is asked for.
  mutating func call(id: UInt64) -> UnsafeRawBufferPointer {
    let bytes = call.writable
    var rest = id
    for place in stride(from: idOffset + 9, through: idOffset, by: -1) {
      bytes[place] = UInt8(truncatingIfNeeded: 0x30 + rest % 10)
      rest /= 10
    }
    if options.tokens.count > 1 {
      let token = options.tokens[Int(id % UInt64(options.tokens.count))]
      for (place, byte) in token.utf8.enumerated() { bytes[tokenOffset + place] = byte }
    }
    return UnsafeRawBufferPointer(bytes)
  }

  /// The bytes of the id last asked for, as the answer must carry them.
  var currentID: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: call.readable[idOffset..<(idOffset + 10)])
  }

  var initialize: String {
    let body =
      #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","#
      + #""capabilities":{},"clientInfo":{"name":"bench-load","version":"1"}}}"#
    return post(body, method: nil, name: nil, sessionID: nil) + body
  }

  func initialized(sessionID: String?) -> String {
    let body = #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#
    return post(body, method: nil, name: nil, sessionID: sessionID) + body
  }

  func openStream(sessionID: String?) -> String {
    if options.era == .stateless {
      let body =
        #"{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":"#
        + #"{"notifications":{"toolsListChanged":true}\#(meta())}}"#
      return post(body, method: "subscriptions/listen", name: nil, sessionID: nil) + body
    }
    return "GET \(options.target.path) HTTP/1.1\r\nAccept: text/event-stream\r\n"
      + commonFields(sessionID: sessionID) + "\r\n"
  }

  func endSession(sessionID: String?) -> String {
    "DELETE \(options.target.path) HTTP/1.1\r\n" + commonFields(sessionID: sessionID) + "\r\n"
  }

  private func post(_ body: String, method: String?, name: String?, sessionID: String?) -> String {
    var head = "POST \(options.target.path) HTTP/1.1\r\n"
    head += "Accept: application/json, text/event-stream\r\n"
    head += "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
    if options.era == .stateless {
      if let method { head += "Mcp-Method: \(method)\r\n" }
      if let name { head += "Mcp-Name: \(name)\r\n" }
    }
    return head + commonFields(sessionID: sessionID) + "\r\n"
  }

  private func commonFields(sessionID: String?) -> String {
    var fields = "Host: \(options.target.host):\(options.target.port)\r\n"
    fields += "User-Agent: bench-load\r\n"
    let version = options.era == .stateless ? "2026-07-28" : "2025-11-25"
    fields += "MCP-Protocol-Version: \(version)\r\n"
    if let sessionID { fields += "Mcp-Session-Id: \(sessionID)\r\n" }
    if let token = options.tokens.first { fields += "Authorization: Bearer \(token)\r\n" }
    return fields
  }
}
