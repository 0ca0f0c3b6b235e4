extension ToolIndex {
  /// A tool and what is kept of its words. An object, because a search looks at hundreds.
  ///
  /// A search waits for memory more than for anything else: what it reads of each comes first, and
  /// side by side.
  final class Entry: Sendable {
    /// The terms of the name, of the purpose and of the server's name, each in order.
    private let terms: [Int32]
    private let purposeStart: Int32
    private let serverStart: Int32
    /// Whether its name says that it looks or that it changes.
    let role: ActionRole?
    /// Whether it says that it takes many things at once.
    let takesMany: Bool
    /// What it is about, by the fields that say so.
    let vector: TextVector
    /// The distinct written forms of all fields.
    let forms: [Int32]
    let tool: SearchableTool

    init(
      tool: SearchableTool, forms: [Int32], name: [Int32], purpose: [Int32], server: [Int32],
      role: ActionRole?, takesMany: Bool, vector: TextVector
    ) {
      self.tool = tool
      self.forms = forms
      terms = name + purpose + server
      purposeStart = Int32(name.count)
      serverStart = Int32(name.count + purpose.count)
      self.role = role
      self.takesMany = takesMany
      self.vector = vector
    }

    /// How many words the name has.
    var nameCount: Int { Int(purposeStart) }
    /// How many words the server's name has.
    var serverCount: Int { terms.count - Int(serverStart) }

    /// Gives the terms of the name, of the purpose and of the server's name.
    @inline(__always)
    func withTerms<Result>(
      _ body: (
        _ name: UnsafeBufferPointer<Int32>, _ purpose: UnsafeBufferPointer<Int32>,
        _ server: UnsafeBufferPointer<Int32>
      ) -> Result
    ) -> Result {
      terms.withUnsafeBufferPointer { terms in
        body(
          UnsafeBufferPointer(rebasing: terms[..<Int(purposeStart)]),
          UnsafeBufferPointer(rebasing: terms[Int(purposeStart)..<Int(serverStart)]),
          UnsafeBufferPointer(rebasing: terms[Int(serverStart)...]))
      }
    }
  }
}
