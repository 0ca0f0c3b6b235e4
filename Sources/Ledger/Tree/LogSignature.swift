internal import Crypto

/// Signatures by a log's key over texts that are no checkpoints, say the digest of a report. Their
/// first line says what they are; it is never the log's name, which begins every checkpoint.
public enum LogSignature {
  /// The text that is signed: what it is, and a digest in hexadecimal.
  public static func text(_ what: String, digest: String) -> String { "\(what)\n\(digest)\n" }

  /// Signs such a text with the key in a file.
  /// - Throws: `.unusable` when the file holds no key.
  public static func sign(
    _ what: String, digest: String, keyFile: String
  ) throws(LedgerError) -> SignedNote {
    guard let signer = try KeyFile(path: keyFile).load() else {
      throw .unusable(
        file: keyFile, reason: "there is no key; the first start of a gateway makes it")
    }
    precondition(what != signer.key.name, "a checkpoint begins so")
    let text = text(what, digest: digest)
    do throws(SigningError) {
      return SignedNote(text: text, signatures: [try signer.sign(text)])
    } catch {
      throw .unusable(file: keyFile, reason: "\(error)")
    }
  }
}
