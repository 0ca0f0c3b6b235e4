internal import CLinux
internal import Glibc

/// The oldest segment of a ledger: whose ledger it is, and where it begins.
public struct LedgerHead: Sendable, Equatable {
  private static let headerBytes = 40
  private static let magic = Array("SPLEDGER".utf8)

  /// The ledger's random identity, 32 hexadecimal digits.
  public let identity: String
  /// The sequence of the oldest record that is kept, or will be.
  public let oldest: UInt64

  /// Looks at a ledger's directory; nil when nothing was written there yet.
  public static func look(at directory: String) throws(ExportError) -> LedgerHead? {
    guard let stream = opendir(directory) else {
      throw .file(path: directory, reason: SystemText.current)
    }
    defer { closedir(stream) }
    var first: (name: String, sequence: UInt64)?
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard name.hasSuffix(".seg"), let sequence = UInt64(name.dropLast(4)),
        first.map({ sequence < $0.sequence }) ?? true
      else { continue }
      first = (name, sequence)
    }
    guard let first else { return nil }
    return try read("\(directory)/\(first.name)", oldest: first.sequence)
  }

  private static func read(_ path: String, oldest: UInt64) throws(ExportError) -> LedgerHead? {
    let descriptor = linux_open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW, 0)
    guard descriptor >= 0 else { throw .file(path: path, reason: SystemText.current) }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: headerBytes)
    let count = Glibc.read(descriptor, &bytes, bytes.count)
    guard count >= 0 else { throw .file(path: path, reason: SystemText.current) }
    guard count == headerBytes, bytes.contains(where: { $0 != 0 }) else { return nil }
    guard bytes.starts(with: magic) else { throw .notALedger(path: path) }
    func word(at offset: Int) -> String {
      let digits = bytes[offset..<offset + 8].reversed().map { byte in
        let text = String(byte, radix: 16)
        return byte < 16 ? "0" + text : text
      }
      return digits.joined()
    }
    return LedgerHead(identity: word(at: 24) + word(at: 32), oldest: oldest)
  }
}
