import Configuration
import HTTP
import JSON

/// Who a server is: how it is reached, or what is run. No values of variables and headers, which
/// are often secrets, only their names; what `${VAR}` stands for is not told either, but for the
/// host of a URL.
struct ServerIdentity: Sendable, Equatable {
  /// A file that is part of it.
  struct File: Sendable, Equatable {
    let path: String
    /// SHA-256, in lowercase hexadecimal; nil when the file cannot be read.
    let digest: String?
  }

  let configuration: Configuration.Upstream
  /// The program that is run; nil when it cannot be found, or none is run.
  let executable: File?
  /// The file that an interpreter runs; nil when none is known.
  var script: File?
  /// The certificate authorities that are trusted.
  let authorities: File?

  /// The JSON text by which it is approved.
  var definition: [UInt8] {
    var writer = JSONWriter(reservingCapacity: 512)
    writer.beginObject()
    switch configuration.transport {
    case .stdio(let process):
      writer.member("transport", "stdio")
      writer.member("command", process.command.source)
      writer.array("arguments", process.arguments.map(\.source))
      writer.array("environment", process.environment.keys.sorted())
      writer.member("cwd", process.workingDirectory)
      writer.file("executable", executable)
      writer.file("script", script)
    case .http(let endpoint): writer.endpoint(endpoint, "http", authorities)
    case .sse(let endpoint): writer.endpoint(endpoint, "sse", authorities)
    }
    writer.endObject()
    return writer.bytes
  }
}

extension JSONWriter {
  fileprivate mutating func file(_ name: String, _ file: ServerIdentity.File?) {
    guard let file else { return }
    object(name) {
      $0.member("path", file.path)
      $0.member("sha256", file.digest)
    }
  }

  fileprivate mutating func endpoint(
    _ endpoint: Configuration.Endpoint, _ transport: String, _ authorities: ServerIdentity.File?
  ) {
    member("transport", transport)
    member("url", endpoint.url.source)
    if let url = try? HTTPURL(endpoint.url.reveal()) {
      member("origin", "\(url.scheme.rawValue)://\(url.host):\(url.port)")
    }
    array("headers", endpoint.headers.map { $0.name.lowercased() }.sorted())
    member("tls_verify", endpoint.verifiesCertificate)
    file("ca", authorities)
  }
}
