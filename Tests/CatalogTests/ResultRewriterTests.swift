import JSON
import Testing

@testable import Catalog

@Suite("Rewriting results")
struct ResultRewriterTests {
  private let rewriter = ResultRewriter(server: "git")

  @Test func `links and embedded resources of a tool get public URIs, every other byte stays`()
    throws
  {
    let result = try json(
      #"""
      {"result": { "content" : [{"type":"text","text":"file:///a","uri":"x:y"},
      {"type":"resource_link", "uri":"file:\/\/\/a","name":"n"},{"uri":"a:b","type":"image"},
      {"type":"resource","resource":{"uri":"ui://p","text":"file:///a", "n":1.50}}],
      "structuredContent":{"uri":"file:///a"},
      "_meta":{"ui":{"resourceUri":"ui://p"},"u":"x:y"}}}
      """#)[member: "result"]
    #expect(
      rewriter.toolResult(try #require(result)).description == #"""
        { "content" : [{"type":"text","text":"file:///a","uri":"x:y"},
        {"type":"resource_link", "uri":"git+file:///a","name":"n"},{"uri":"a:b","type":"image"},
        {"type":"resource","resource":{"uri":"ui://git+p","text":"file:///a", "n":1.50}}],
        "structuredContent":{"uri":"file:///a"},
        "_meta":{"ui":{"resourceUri":"ui://git+p"},"u":"x:y"}}
        """#)
  }

  @Test func `messages of a prompt are rewritten, one block or several`() throws {
    let result = try json(
      #"""
      {"messages":[{"role":"user","content":{"type":"resource","resource":{"uri":"a:1"}}},
      {"role":"user","content":[{"type":"resource_link","uri":"a:2"},
      {"type":"text","uri":"a:3"}]}],
      "uri":"a:4"}
      """#)
    #expect(
      rewriter.promptResult(result).description == #"""
        {"messages":[{"role":"user","content":{"type":"resource","resource":{"uri":"git+a:1"}}},
        {"role":"user","content":[{"type":"resource_link","uri":"git+a:2"},
        {"type":"text","uri":"a:3"}]}],
        "uri":"a:4"}
        """#)
  }

  @Test func `contents of a resource are rewritten`() throws {
    let result = try json(#"{"contents":[{"uri":"a:1","text":"a:1"},{"uri":"a:2","blob":""}]}"#)
    #expect(
      rewriter.resourceResult(result).description
        == #"{"contents":[{"uri":"git+a:1","text":"a:1"},{"uri":"git+a:2","blob":""}]}"#)
  }

  @Test(
    arguments: [
      #"{"content":[{"type":"text","text":"hello"}],"isError":false}"#, "{}",
      #"{"content":7,"messages":"x","contents":{},"_meta":[]}"#,
      #"{"content":[7,null,{"type":"resource","resource":7},{"type":"resource_link","uri":7}]}"#,
      #"{"_meta":{"ui":{"resourceUri":7}},"contents":[{"uri":null}]}"#,
    ])
  func `without anything to rewrite the result is the same node`(text: String) throws {
    let result = try json(text)
    let base = result.raw.withUnsafeBufferPointer { $0.baseAddress }
    for rewritten in [
      rewriter.toolResult(result), rewriter.promptResult(result), rewriter.resourceResult(result),
      rewriter.otherResult(result),
    ] {
      #expect(rewritten.raw.withUnsafeBufferPointer { $0.baseAddress } == base)
    }
  }
}
