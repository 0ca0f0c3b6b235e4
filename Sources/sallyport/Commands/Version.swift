import CMimalloc
import MCP

/// The version of the program.
enum Version {
  static let current = Product.version

  /// The allocator in use. Naming it also binds it into the program, where it takes the place of
  /// the C library's: a call allocates some eighty small blocks, and a gateway that runs for months
  /// must give memory back.
  static var allocator: String {
    let number = mi_version()
    return "mimalloc \(number / 100).\(number / 10 % 10).\(number % 10)"
  }
}
