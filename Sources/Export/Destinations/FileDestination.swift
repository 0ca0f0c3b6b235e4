internal import CLinux
internal import Glibc

/// A file or standard output.
///
/// A file is flushed after each batch. What a try left that failed, or that a crash came in
/// between, is cut off before the batch is written again: a file has every record once.
public final class FileDestination: ExportDestination {
  private let path: String
  private let descriptor: Int32
  private let isStandardOutput: Bool
  private let format: ExportFormat
  private var bytes = 0
  private var needsHeader: Bool

  /// Standard output.
  /// - Parameter isContinuing: whether what is before the first record was written by another run.
  public init(standardOutputAs format: ExportFormat, isContinuing: Bool) {
    path = "standard output"
    descriptor = STDOUT_FILENO
    isStandardOutput = true
    self.format = format
    needsHeader = !isContinuing
  }

  /// A file, which is made.
  /// - Parameter expected: its bytes by the position of the export that goes on; what is beyond is
  ///   cut off. A file that is missing or empty, say because it was rotated, is begun anew. Nil for
  ///   an export that begins: the file must not exist.
  public init(
    path: String, as format: ExportFormat, continuingAt expected: Int?
  ) throws(ExportError) {
    self.path = path
    self.format = format
    isStandardOutput = false
    let flags = O_WRONLY | O_CREAT | O_CLOEXEC | (expected == nil ? O_EXCL : 0)
    descriptor = linux_open(path, flags, 0o600)
    needsHeader = true
    guard descriptor >= 0 else {
      throw errno == EEXIST
        ? .outputExists(path: path) : .file(path: path, reason: SystemText.current)
    }
    guard let expected else { return }
    let size = Int(lseek(descriptor, 0, SEEK_END))
    guard size > 0 else { return }
    guard size >= expected else {
      throw .shorterOutput(path: path, bytes: size, expected: expected)
    }
    bytes = expected
    needsHeader = expected == 0
    guard cutBack() else { throw .file(path: path, reason: SystemText.current) }
  }

  deinit {
    if !isStandardOutput, descriptor >= 0 { close(descriptor) }
  }

  /// Bytes of the file with everything that was delivered; nil for standard output.
  public var outputBytes: Int? { isStandardOutput ? nil : bytes }

  /// Writes the batch, and flushes it to disk if this is a file.
  public func deliver(_ batch: ExportBatch) async throws(DeliveryFailure) {
    var text: [UInt8] = []
    text.reserveCapacity(batch.byteCount + batch.items.count * 2)
    if needsHeader, !format.header.isEmpty { text += format.header + format.lineEnd }
    for item in batch.items { text += item.bytes + format.lineEnd }
    guard FileWriting.writeAll(text, to: descriptor), isStandardOutput || fdatasync(descriptor) == 0
    else { throw failure(errno) }
    needsHeader = false
    bytes += text.count
  }

  private func failure(_ code: Int32) -> DeliveryFailure {
    let reason = "\(path): \(SystemText.of(code))"
    let isForWantOfSpace = code == ENOSPC || code == EDQUOT
    guard !isStandardOutput, isForWantOfSpace, cutBack() else { return .permanent(reason) }
    return .temporary(reason)
  }

  private func cutBack() -> Bool {
    ftruncate(descriptor, off_t(bytes)) == 0 && lseek(descriptor, off_t(bytes), SEEK_SET) >= 0
  }
}
