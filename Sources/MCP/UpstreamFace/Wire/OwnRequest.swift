import JSON

/// Requests that the gateway makes of its own accord.
extension UpstreamRequestEncoder {
  /// A request with the JSON text of its `params`, which is ours.
  static func encode(
    _ method: String, _ params: [UInt8]?, id: Int64, to version: ProtocolVersion
  ) -> [UInt8] {
    encode(UpstreamRequest(own: method, params), id: id, to: version)
  }

  /// `params` with one member of text.
  static func params(_ member: StaticString, _ text: String) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 32 + text.utf8.count)
    writer.beginObject()
    writer.name(member)
    writer.string(text)
    writer.endObject()
    return writer.bytes
  }
}

extension UpstreamRequest {
  convenience init(
    own method: String, _ params: [UInt8]?, timeout: Duration = .zero,
    capabilities: ClientCapabilities = .none
  ) {
    let node = params.flatMap {
      try? JSONDocument(parsing: $0, limits: .upstreamMessage(bytes: $0.count)).root
    }
    self.init(method: method, params: node, timeout: timeout, capabilities: capabilities)
  }
}
