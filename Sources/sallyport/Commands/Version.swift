import MCP

/// The version of the program.
enum Version {
  static let current = Product.version
}
