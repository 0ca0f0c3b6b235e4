import Inspection
import JSON
import Testing

@Suite struct DefinitionDifferenceTests {
  @Test func `equal definitions do not differ`() throws {
    let tool = try JSONDocument(parsing: Array(#"{"name":"a"}"#.utf8)).root
    #expect(DefinitionDifference(from: tool, to: tool).changes.isEmpty)
  }
}
