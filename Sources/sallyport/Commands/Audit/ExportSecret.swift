import Configuration

/// Reads a secret from the place that was named.
enum ExportSecret {
  struct Failure: Error { let reason: String }

  /// The text without the ends of lines after it.
  static func read(
    _ place: AuditExportOptions.SecretPlace, _ environment: [String: String]
  ) throws(Failure) -> String {
    let text: String
    switch place {
    case .environment(let name):
      guard let value = environment[name] else {
        throw Failure(reason: "the environment has no \(name)")
      }
      text = value
    case .file(let path):
      do {
        text = String(decoding: try ConfigurationFile.read(path).bytes, as: UTF8.self)
      } catch {
        throw Failure(reason: "\(path): \(error)")
      }
    }
    var secret = Substring(text)
    while secret.last?.isNewline == true { secret.removeLast() }
    guard !secret.isEmpty, secret.utf8.allSatisfy({ (33...126).contains($0) }) else {
      throw Failure(reason: "\(place.name) holds no secret: visible ASCII is expected")
    }
    return String(secret)
  }
}

extension AuditExportOptions.SecretPlace {
  fileprivate var name: String {
    switch self {
    case .environment(let name): "env:\(name)"
    case .file(let path): "file:\(path)"
    }
  }
}
