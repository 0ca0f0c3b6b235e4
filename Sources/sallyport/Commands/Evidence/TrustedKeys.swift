import Configuration
import Glibc
import Ledger

/// Why an argument of a command cannot be used.
struct ArgumentProblem: Error, CustomStringConvertible {
  let description: String
}

/// Verifier keys as a person gives them.
enum TrustedKeys {
  /// A key itself, or a file with one a line; none for nil.
  static func read(_ argument: String?) throws(ArgumentProblem) -> [NoteKey] {
    guard let argument else { return [] }
    if let key = NoteKey(argument) { return [key] }
    let text: String
    do { text = try TextFile(reading: argument).text } catch {
      throw ArgumentProblem(
        description: "\(argument) is no verifier key (name+ID+key), and no file: \(error.reason)")
    }
    let lines = text.split(separator: "\n")
    let keys = lines.compactMap { NoteKey($0) }
    guard !keys.isEmpty, keys.count == lines.count else {
      throw ArgumentProblem(
        description: "\(argument) is no verifier key and no file of them; a key is name+ID+key")
    }
    return keys
  }
}

extension Session {
  /// What payloads of the configuration's ledger are sealed with, if its key can be read here.
  func sealing(_ common: Invocation.Common) -> PayloadSealing? {
    guard
      let path = ConfigurationPath.find(
        typed: common.configuration, environment: environment, exists: { access($0, F_OK) == 0 })
    else { return nil }
    return (try? Configuration.load(path: path))?.configuration.audit.sealing
  }
}
