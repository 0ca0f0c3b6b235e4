import BenchmarkSupport
import Glibc

/// A file with one token a line, all of one length.
enum Tokens {
  static func read(_ path: String) throws(UsageError) -> [String] {
    guard let file = fopen(path, "r") else { throw UsageError("«\(path)» cannot be read") }
    defer { fclose(file) }
    var tokens: [String] = []
    while let line = readLine(from: file) { tokens.append(line) }
    guard let first = tokens.first, !first.isEmpty else {
      throw UsageError("«\(path)» has no token")
    }
    guard tokens.allSatisfy({ $0.utf8.count == first.utf8.count }) else {
      throw UsageError("the tokens of «\(path)» are not of one length")
    }
    return tokens
  }

  private static func readLine(from file: UnsafeMutablePointer<FILE>) -> String? {
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(line) }
    guard getline(&line, &capacity, file) > 0, let line else { return nil }
    return String(String(cString: line).prefix { $0 != "\n" })
  }
}
