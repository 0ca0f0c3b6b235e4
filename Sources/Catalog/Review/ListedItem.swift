import Crypto
import JSON

/// An item as its upstream has it now.
struct ListedItem: Sendable, Equatable {
  let key: ItemKey
  /// Names the definition: SHA-256 of its canonical JSON (RFC 8785), in lowercase hexadecimal.
  let digest: String
  /// The JSON text as it came.
  let definition: [UInt8]

  /// - Parameter definition: one JSON value.
  init(_ key: ItemKey, _ definition: [UInt8]) {
    self.key = key
    self.definition = definition
    digest = Self.digest(of: definition)
  }

  /// What has no canonical form is digested as it came: then every byte counts.
  private static func digest(of definition: [UInt8]) -> String {
    guard let root = try? JSONDocument(parsing: definition, limits: .ceiling).root,
      let canonical = try? JSONCanonical.encode(root, bigIntegers: .verbatim)
    else { return SHA256.hash(definition).hex }
    return SHA256.hash(canonical).hex
  }
}
