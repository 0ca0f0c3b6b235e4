import Glibc

/// A directory whose files a test program reads, changes and puts back. A failure ends the program:
/// it says nothing of what is tested.
public struct Folder: Sendable {
  /// Where it is.
  public let path: String

  /// A directory that is there.
  public init(_ path: String) { self.path = path }

  /// A new directory for temporary files.
  public static func temporary(_ name: String) -> Folder {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? P_tmpdir
    var template = Array("\(parent)/\(name)-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { end("mkdtemp", parent) }
    return Folder(String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self))
  }

  /// The paths of all files below, sorted.
  public func files(below folder: String = "") -> [String] {
    guard let listing = opendir(absolute(folder)) else { end("opendir", absolute(folder)) }
    defer { closedir(listing) }
    var found: [String] = []
    while let entry = readdir(listing) {
      let name = withUnsafePointer(to: entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name != ".", name != ".." else { continue }
      let path = folder.isEmpty ? name : folder + "/" + name
      if isDirectory(path) { found += files(below: path) } else { found.append(path) }
    }
    return found.sorted()
  }

  /// Whether there is such a file.
  public func exists(_ name: String) -> Bool { access(absolute(name), F_OK) == 0 }

  /// All of a file.
  public func read(_ name: String) -> [UInt8] {
    let descriptor = open(absolute(name), O_RDONLY)
    var status = stat()
    guard descriptor >= 0, fstat(descriptor, &status) == 0 else { end("open", absolute(name)) }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeMutableBytes {
        Glibc.read(descriptor, $0.baseAddress?.advanced(by: done), $0.count - done)
      }
      guard count > 0 else { end("read", absolute(name)) }
      done += count
    }
    return bytes
  }

  /// Puts `bytes` into a file, and makes the folders that it lies in.
  public func write(_ bytes: [UInt8], to name: String) {
    let folders = name.split(separator: "/").dropLast()
    for end in folders.indices { mkdir(absolute(folders[...end].joined(separator: "/")), 0o700) }
    let descriptor = open(absolute(name), O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    guard descriptor >= 0 else { end("open", absolute(name)) }
    defer { close(descriptor) }
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress?.advanced(by: done), $0.count - done)
      }
      guard count > 0 else { end("write", absolute(name)) }
      done += count
    }
  }

  /// Removes a file, if it is there.
  public func remove(_ name: String) { unlink(absolute(name)) }

  /// Removes the directory with all that is in it.
  public func removeAll() {
    remove(below: "")
    rmdir(path)
  }

  private func remove(below folder: String) {
    for name in files(below: folder) { remove(name) }
    guard let listing = opendir(absolute(folder)) else { return }
    var names: [String] = []
    while let entry = readdir(listing) {
      names.append(
        withUnsafePointer(to: entry.pointee.d_name) { pointer in
          pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    closedir(listing)
    for name in names where name != "." && name != ".." {
      let path = folder.isEmpty ? name : folder + "/" + name
      remove(below: path)
      rmdir(absolute(path))
    }
  }

  /// The path of a file for others.
  public func absolute(_ name: String) -> String { name.isEmpty ? path : path + "/" + name }

  private func isDirectory(_ name: String) -> Bool {
    var status = stat()
    return lstat(absolute(name), &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}

private func end(_ operation: String, _ path: String) -> Never {
  print("\(operation) \(path): errno \(errno)")
  exit(2)
}
