/// Header fields checked and written once, for many requests.
public struct HTTPHeaderBlock: Sendable {
  /// The fields.
  public let headers: HTTPHeaders
  /// As they go out; without those that belong to one connection (`HTTPRequestWriter.isOwn`).
  let bytes: [UInt8]

  /// - Throws: for a field that cannot be sent without being read differently.
  public init(_ headers: HTTPHeaders) throws(HTTPRequestError) {
    self.headers = headers
    var bytes: [UInt8] = []
    try HTTPRequestWriter.append(headers, to: &bytes)
    self.bytes = bytes
  }
}
