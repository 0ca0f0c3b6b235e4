import JSON
import Testing

@testable import MCP

@Suite("Headers that repeat arguments")
struct MirroredParametersTests {
  private let declared: [MirroredParameters.Declaration] = [
    .init(path: ["region"], name: "Region"), .init(path: ["count"], name: "Count"),
    .init(path: ["dry"], name: "Dry"), .init(path: ["place", "city"], name: "City"),
  ]

  private func matches(_ headers: KeyValuePairs<String, String>, _ arguments: String) throws -> Bool
  {
    let error = MirroredParameters.mismatch(
      of: headers.map { (name: $0.key, value: $0.value) }, with: try Sample.document(arguments),
      declared: declared)
    if let error { #expect(error.code == -32020) }
    return error == nil
  }

  @Test("a header must repeat its argument, and an argument must be repeated")
  func agreement() throws {
    #expect(try matches([:], "{}"))
    #expect(try matches(["region": "eu"], #"{"region":"eu"}"#))
    #expect(try matches(["Region": "eu", "Unknown": "x"], #"{"region":"eu"}"#))
    #expect(try matches(["Region": "us"], #"{"region":"eu"}"#) == false)
    #expect(try matches([:], #"{"region":"eu"}"#) == false)
    #expect(try matches(["Region": "eu"], "{}") == false)
    #expect(try matches([:], #"{"region":null}"#))
    #expect(try matches(["Region": "eu", "REGION": "eu"], #"{"region":"eu"}"#) == false)
    #expect(try matches(["City": "Ulm"], #"{"place":{"city":"Ulm"}}"#))
    #expect(try matches(["City": "Ulm"], #"{"place":{"city":"Bonn"}}"#) == false)
  }

  @Test("integers are compared by value, booleans by their names")
  func scalars() throws {
    #expect(try matches(["Count": "42"], #"{"count":42}"#))
    #expect(try matches(["Count": "42"], #"{"count":42.0}"#))
    #expect(try matches(["Count": "43"], #"{"count":42}"#) == false)
    #expect(try matches(["Count": "x"], #"{"count":42}"#) == false)
    #expect(try matches(["Dry": "true"], #"{"dry":true}"#))
    #expect(try matches(["Dry": "True"], #"{"dry":true}"#) == false)
    #expect(try matches(["Dry": "true"], #"{"dry":false}"#) == false)
  }

  @Test("base64 is read when it is whole and canonical, else the text is literal")
  func base64() throws {
    #expect(try matches(["Region": "=?base64?SGVsbG8=?="], #"{"region":"Hello"}"#))
    #expect(try matches(["Region": "=?base64?SGVsbG8?="], #"{"region":"Hello"}"#) == false)
    #expect(try matches(["Region": "=?base64?SGVs!!!bG8=?="], #"{"region":"Hello"}"#) == false)
    #expect(try matches(["Region": "SGVsbG8="], #"{"region":"SGVsbG8="}"#))
    #expect(
      try matches(["Region": "=?base64?SGVsbG8="], #"{"region":"=?base64?SGVsbG8="}"#))
  }
}
