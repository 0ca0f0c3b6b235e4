import BenchmarkSupport
import Testing

@Suite struct JSONScanTests {
  static let message = #"{ "a":{"id":7}, "id" : "x\"y\\" ,"n":[1,{"b":"]}"}],"last":-1.5e3}"#

  @Test func `a member is found at its own depth, whatever stands before it`() {
    withBytes(Self.message) { bytes in
      #expect(JSONScan.member("id", of: bytes)?.text == #""x\"y\\""#)
      #expect(JSONScan.member("n", of: bytes)?.text == #"[1,{"b":"]}"}]"#)
      #expect(JSONScan.member("last", of: bytes)?.text == "-1.5e3")
      #expect(JSONScan.member("b", of: bytes) == nil)
    }
  }

  @Test func `the first element of an array is found, and none in an empty one`() {
    #expect(
      withBytes(#" [ {"a":[2]} , 3]"#) { JSONScan.firstElement(of: $0)?.text } == #"{"a":[2]}"#)
    #expect(withBytes("[]") { JSONScan.firstElement(of: $0)?.text } == nil)
  }

  @Test func `no beginning of a text makes the scan read past its end`() {
    for length in 0..<Self.message.utf8.count {
      withBytes(String(Self.message.prefix(length))) { bytes in
        #expect(JSONScan.member("nowhere", of: bytes) == nil)
      }
    }
  }

  @Test(arguments: [("0", 0), ("1048576", 1_048_576), ("-1", nil), ("1.0", nil), ("", nil)])
  func `only plain integers are numbers of bytes`(text: String, number: Int?) {
    #expect(withBytes(text) { JSONScan.integer($0) } == number)
  }
}
