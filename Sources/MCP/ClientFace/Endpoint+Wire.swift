import JSON

/// How a process that passes a client's lines on says which view the client wants: a notification
/// of ours, before all others.
extension Endpoint {
  /// Its method.
  static let notification = "notifications/dev.sallyport/endpoint"

  /// The notification as a line, without a line end.
  public var notification: [UInt8] {
    var writer = JSONWriter(reservingCapacity: 128)
    writer.beginObject()
    writer.name("jsonrpc")
    writer.string("2.0")
    writer.name("method")
    writer.string(Self.notification)
    writer.name("params")
    writer.beginObject()
    switch self {
    case .everything: break
    case .profile(let name):
      writer.name("profile")
      writer.string(name)
    case .server(let name):
      writer.name("server")
      writer.string(name)
    }
    writer.endObject()
    writer.endObject()
    return writer.bytes
  }

  /// What its `params` say; nil when that is none.
  init?(_ params: JSONNode?) {
    guard let params else { return nil }
    switch (params[member: "profile"]?.string, params[member: "server"]?.string) {
    case (nil, nil): self = .everything
    case (let profile?, nil): self = .profile(profile)
    case (nil, let server?): self = .server(server)
    default: return nil
    }
  }
}

extension Endpoint: CustomStringConvertible {
  /// For a person, for example `server github`.
  public var description: String {
    switch self {
    case .everything: "gateway"
    case .profile(let name): "profile \(name)"
    case .server(let name): "server \(name)"
    }
  }
}
