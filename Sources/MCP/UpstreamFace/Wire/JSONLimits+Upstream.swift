import JSON

extension JSONLimits {
  /// For a message of an upstream, whose bytes the transport has bounded already
  /// (`limits.result`): large results parse, and the table of nodes stays in proportion.
  static func upstreamMessage(bytes: Int) -> JSONLimits {
    JSONLimits(bytes: bytes, nodes: max(JSONLimits.standard.nodes, bytes / 8))
  }
}
