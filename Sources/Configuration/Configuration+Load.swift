import Glibc

extension Configuration {
  static func absoluteDirectory(of path: String) -> String {
    let directory = ConfigurationInput.directory(of: path)
    if directory.hasPrefix("/") { return directory }
    guard let pointer = getcwd(nil, 0) else { return directory }
    defer { free(pointer) }
    let current = String(cString: pointer)
    if directory == "." { return current }
    return current == "/" ? "/\(directory)" : "\(current)/\(directory)"
  }

  /// Reads the file at `path` with the process's own environment and user.
  public static func load(path: String) throws(ConfigurationErrors) -> LoadedConfiguration {
    let file: ConfigurationFile
    do {
      file = try ConfigurationFile.read(path)
    } catch {
      throw ConfigurationErrors(
        errors: [
          ConfigurationProblem(
            severity: .error, file: path, message: "cannot be read: \(error.reason)",
            expected: "a configuration; `sallyport init` writes one")
        ], omitted: 0, warnings: [])
    }
    return try read(.ofProcess(path: path, text: file.bytes, mode: file.mode))
  }
}

extension ConfigurationInput {
  /// A text with the process's own environment, user and files. Relative paths in it begin beside
  /// the configuration file at `path`.
  public static func ofProcess(
    path: String, text: [UInt8] = [], mode: UInt32? = nil
  ) -> ConfigurationInput {
    ConfigurationInput(
      path: path, directory: Configuration.absoluteDirectory(of: path), text: text, mode: mode,
      environment: ProcessEnvironment.variables(), userName: ProcessEnvironment.userName(),
      readFile: { path throws(ConfigurationFileError) in try ConfigurationFile.read(path) })
  }
}

extension ConfigurationFile {
  /// Reads a regular file of at most `ConfigurationBounds.fileBytes`. Never waits for a pipe.
  public static func read(_ path: String) throws(ConfigurationFileError) -> ConfigurationFile {
    func failure() -> ConfigurationFileError {
      ConfigurationFileError(
        path: path, reason: strerror(errno).map { String(cString: $0) } ?? "unreadable")
    }
    guard !path.utf8.contains(0) else {
      throw ConfigurationFileError(path: path, reason: "the path holds a NUL character")
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure() }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw ConfigurationFileError(path: path, reason: "not a regular file")
    }
    // One byte more than allowed, so that a file that grows meanwhile is noticed too.
    var bytes = [UInt8](repeating: 0, count: ConfigurationBounds.fileBytes + 1)
    var count = 0
    while count < bytes.count {
      let read = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
      }
      if read < 0, errno == EINTR { continue }
      guard read >= 0 else { throw failure() }
      if read == 0 { break }
      count += read
    }
    guard count <= ConfigurationBounds.fileBytes else {
      throw ConfigurationFileError(
        path: path, reason: "larger than \(ConfigurationBounds.fileBytes) bytes")
    }
    return ConfigurationFile(bytes: Array(bytes[..<count]), mode: status.st_mode & 0o7777)
  }
}
