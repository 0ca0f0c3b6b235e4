import Configuration
import Crypto
import Glibc

/// Finds out who a server is: looks for its program and reads the files that count. Blocks; for one
/// thread at a time.
final class IdentityReader: @unchecked Sendable {
  /// Larger files have no digest.
  private static let bytesMax = 4 << 30
  private static let chunkBytes = 1 << 20
  private static let cachedMax = 1_024

  /// A file that did not change since.
  private struct Mark: Hashable {
    let path: String
    let device: UInt
    let inode: UInt
    let size: Int
    let changed: [Int]
  }

  /// The gateway's own, whose `PATH` programs are looked up in.
  private let environment: [String: String]
  private var digests: [Mark: String] = [:]

  init(environment: [String: String]) {
    self.environment = environment
  }

  func identity(of upstream: Configuration.Upstream) -> ServerIdentity {
    switch upstream.transport {
    case .stdio(let process):
      let path = executable(process)
      return ServerIdentity(
        configuration: upstream, executable: path.map(file),
        script: InterpretedScript.place(in: process).flatMap { script(at: $0, of: process) },
        authorities: nil)
    case .http(let endpoint), .sse(let endpoint):
      return ServerIdentity(
        configuration: upstream, executable: nil,
        authorities: endpoint.certificateAuthorities.map(file))
    }
  }

  private func executable(_ process: Configuration.ChildProcess) -> String? {
    let program = process.command.reveal()
    if program.contains("/") { return isProgram(program) ? program : nil }
    let path = process.environment["PATH"]?.reveal() ?? environment["PATH"] ?? "/usr/bin:/bin"
    for directory in path.split(separator: ":") {
      let candidate = "\(directory)/\(program)"
      if isProgram(candidate) { return candidate }
    }
    return nil
  }

  /// The script at a place among the arguments, told as the configuration spells it.
  private func script(
    at place: Int, of process: Configuration.ChildProcess
  ) -> ServerIdentity.File? {
    let argument = process.arguments[place]
    let path = InterpretedScript.path(argument.reveal(), in: process.workingDirectory)
    return digest(path).map { ServerIdentity.File(path: argument.source, digest: $0) }
  }

  private func isProgram(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
      && access(path, X_OK) == 0
  }

  private func file(_ path: String) -> ServerIdentity.File {
    ServerIdentity.File(path: path, digest: digest(path))
  }

  private func digest(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_size <= Self.bytesMax
    else { return nil }
    let mark = Mark(
      path: path, device: status.st_dev, inode: status.st_ino, size: status.st_size,
      changed: [
        status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec,
        status.st_ctim.tv_nsec,
      ])
    if let known = digests[mark] { return known }
    var hash = SHA256()
    var chunk = [UInt8](repeating: 0, count: Self.chunkBytes)
    while true {
      let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { break }
      hash.update(count == chunk.count ? chunk : Array(chunk[..<count]))
    }
    let digest = hash.finalize().hex
    if digests.count >= Self.cachedMax { digests.removeAll() }
    digests[mark] = digest
    return digest
  }
}
