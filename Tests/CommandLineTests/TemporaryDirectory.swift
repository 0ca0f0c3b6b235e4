import Glibc
import Testing

/// A directory that is gone after the test.
enum TemporaryDirectory {
  static func with(_ body: (String) throws -> Void) throws {
    var template = Array("/tmp/sallyport-test-XXXXXX".utf8CString)
    let path = try #require(mkdtemp(&template).map { String(cString: $0) })
    defer { remove(path) }
    try body(path)
  }

  private static func remove(_ path: String) {
    if let handle = opendir(path) {
      while let entry = readdir(handle) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
          String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name == "." || name == ".." { continue }
        let child = path + "/" + name
        if unlink(child) != 0 { remove(child) }
      }
      closedir(handle)
    }
    rmdir(path)
  }
}
