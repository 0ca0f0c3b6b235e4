// Verifies a log in the layout of C2SP tlog-tiles with nothing of Sallyport: trees and notes by
// golang.org/x/mod/sumdb, everything else here.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8
const width = 1 << height

func main() {
	since := flag.String("since", "", "an older checkpoint, which the log must extend")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: verify [-since CHECKPOINT] KEYS DIRECTORY [PACK]...")
	}
	flag.Parse()
	if flag.NArg() < 2 {
		flag.Usage()
		os.Exit(2)
	}
	if err := verify(*since, flag.Arg(0), flag.Arg(1), flag.Args()[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "WRONG:", err)
		os.Exit(1)
	}
}

func verify(since, keyFile, directory string, packs []string) error {
	keys, err := readKeys(keyFile)
	if err != nil {
		return err
	}
	tree, err := readCheckpoint(filepath.Join(directory, "checkpoint"), keys)
	if err != nil {
		return err
	}
	fmt.Printf("checkpoint over %d records signed by a known key\n", tree.N)
	hashes, err := readEntries(directory, tree)
	if err != nil {
		return err
	}
	root, err := tlog.TreeHash(tree.N, hashes)
	if err != nil {
		return err
	}
	if root != tree.Hash {
		return fmt.Errorf("the entries make the root %v, the checkpoint says %v", root, tree.Hash)
	}
	fmt.Printf("%d entries make the root that was signed\n", tree.N)
	tiles := &tileFiles{directory: directory, read: map[string]bool{}}
	reader := tlog.TileHashReader(tree, tiles)
	if err := checkTiles(tree, hashes, reader); err != nil {
		return err
	}
	fmt.Printf("%d tiles authenticated and equal to the entries' hashes\n", len(tiles.read))
	if err := checkInclusions(tree, hashes, reader); err != nil {
		return err
	}
	fmt.Printf("%d records included, by proofs made of tiles\n", tree.N)
	for _, path := range packs {
		if err := checkPack(path, keys); err != nil {
			return fmt.Errorf("%s: %v", path, err)
		}
	}
	fmt.Printf("%d proof packs hold\n", len(packs))
	if since != "" {
		return checkSince(since, keys, tree, reader)
	}
	return nil
}

func readKeys(path string) (note.Verifiers, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var verifiers []note.Verifier
	for _, line := range strings.Fields(string(text)) {
		verifier, err := note.NewVerifier(line)
		if err != nil {
			return nil, fmt.Errorf("%s: %v", path, err)
		}
		verifiers = append(verifiers, verifier)
	}
	return note.VerifierList(verifiers...), nil
}

func readCheckpoint(path string, keys note.Verifiers) (tlog.Tree, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return tlog.Tree{}, err
	}
	return openCheckpoint(text, keys)
}

// The lines of C2SP tlog-checkpoint; tlog.ParseTree reads those of another format.
func openCheckpoint(text []byte, keys note.Verifiers) (tlog.Tree, error) {
	opened, err := note.Open(text, keys)
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[len(lines)-1] != "" {
		return tlog.Tree{}, fmt.Errorf("a checkpoint of %d lines", len(lines)-1)
	}
	isOwn := false
	for _, signature := range opened.Sigs {
		isOwn = isOwn || signature.Name == lines[0]
	}
	if !isOwn {
		return tlog.Tree{}, fmt.Errorf("not signed in the name of its origin %q", lines[0])
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return tlog.Tree{}, fmt.Errorf("no size: %q", lines[1])
	}
	root, err := parseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

func parseHash(text string) (tlog.Hash, error) {
	var hash tlog.Hash
	decoded, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(decoded) != len(hash) {
		return hash, fmt.Errorf("no hash: %q", text)
	}
	copy(hash[:], decoded)
	return hash, nil
}

// readEntries computes all hashes of the tree from the entry bundles.
func readEntries(directory string, tree tlog.Tree) (memory, error) {
	var stored memory
	for first := int64(0); first < tree.N; first += width {
		count := min(width, tree.N-first)
		path := resource("entries", first/width, int(count))
		bundle, err := os.ReadFile(filepath.Join(directory, path))
		if err != nil {
			return nil, err
		}
		for n := first; n < first+count; n++ {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				return nil, fmt.Errorf("%s ends before its %d entries do", path, count)
			}
			length := int(binary.BigEndian.Uint16(bundle))
			hashes, err := tlog.StoredHashes(n, bundle[2:2+length], stored)
			if err != nil {
				return nil, err
			}
			stored = append(stored, hashes...)
			bundle = bundle[2+length:]
		}
		if len(bundle) > 0 {
			return nil, fmt.Errorf("%s goes on after its %d entries", path, count)
		}
	}
	return stored, nil
}

// checkTiles reads every hash of every tile.
func checkTiles(tree tlog.Tree, hashes memory, reader tlog.HashReader) error {
	for level := 0; tree.N>>(height*level) > 0; level++ {
		count := tree.N >> (height * level)
		for first := int64(0); first < count; first += width {
			var indexes []int64
			for n := first; n < min(first+width, count); n++ {
				indexes = append(indexes, tlog.StoredHashIndex(height*level, n))
			}
			found, err := reader.ReadHashes(indexes)
			if err != nil {
				return fmt.Errorf("tile %d/%d: %v", level, first/width, err)
			}
			for place, index := range indexes {
				if found[place] != hashes[index] {
					return fmt.Errorf("tile %d/%d, hash %d is another", level, first/width, place)
				}
			}
		}
	}
	return nil
}

func checkInclusions(tree tlog.Tree, hashes memory, reader tlog.HashReader) error {
	for n := int64(0); n < tree.N; n++ {
		proof, err := tlog.ProveRecord(tree.N, n, reader)
		if err != nil {
			return err
		}
		leaf := hashes[tlog.StoredHashIndex(0, n)]
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, n, leaf); err != nil {
			return fmt.Errorf("record %d: %v", n, err)
		}
	}
	return nil
}

func checkSince(path string, keys note.Verifiers, tree tlog.Tree, reader tlog.HashReader) error {
	old, err := readCheckpoint(path, keys)
	if err != nil {
		return err
	}
	if old.N > tree.N {
		return fmt.Errorf("the older checkpoint is over %d records, the newest over %d", old.N, tree.N)
	}
	proof, err := tlog.ProveTree(tree.N, old.N, reader)
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash); err != nil {
		return fmt.Errorf("the older checkpoint: %v", err)
	}
	fmt.Printf("the log extends the older checkpoint over %d records\n", old.N)
	return nil
}

// checkPack checks what `sallyport audit prove` wrote.
func checkPack(path string, keys note.Verifiers) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var pack struct {
		Sequence int64
		Record   string
		Proof    string
	}
	if err := json.Unmarshal(text, &pack); err != nil {
		return err
	}
	proof, checkpoint, found := strings.Cut(pack.Proof, "\n\n")
	lines := strings.Split(proof, "\n")
	if !found || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return fmt.Errorf("no tlog-proof")
	}
	if lines[1] != fmt.Sprintf("index %d", pack.Sequence) {
		return fmt.Errorf("a proof for another record: %q", lines[1])
	}
	tree, err := openCheckpoint([]byte(checkpoint), keys)
	if err != nil {
		return err
	}
	var hashes tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := parseHash(line)
		if err != nil {
			return err
		}
		hashes = append(hashes, hash)
	}
	leaf := tlog.RecordHash([]byte(pack.Record))
	return tlog.CheckRecord(hashes, tree.N, tree.Hash, pack.Sequence, leaf)
}

// memory has the hashes of a tree, as tlog numbers them.
type memory []tlog.Hash

func (m memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var found []tlog.Hash
	for _, index := range indexes {
		if index >= int64(len(m)) {
			return nil, fmt.Errorf("hash %d is not there", index)
		}
		found = append(found, m[index])
	}
	return found, nil
}

// tileFiles reads tiles by the paths of tlog-tiles, which name no height.
type tileFiles struct {
	directory string
	read      map[string]bool
}

func (t *tileFiles) Height() int { return height }

func (t *tileFiles) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var data [][]byte
	for _, tile := range tiles {
		path := resource(strconv.Itoa(tile.L), tile.N, tile.W)
		content, err := os.ReadFile(filepath.Join(t.directory, path))
		if err != nil {
			return nil, err
		}
		t.read[path] = true
		data = append(data, content)
	}
	return data, nil
}

func (t *tileFiles) SaveTiles([]tlog.Tile, [][]byte) {}

func resource(kind string, index int64, count int) string {
	name := fmt.Sprintf("%03d", index%1000)
	for rest := index / 1000; rest > 0; rest /= 1000 {
		name = fmt.Sprintf("x%03d/%s", rest%1000, name)
	}
	var path bytes.Buffer
	fmt.Fprintf(&path, "tile/%s/%s", kind, name)
	if count < width {
		fmt.Fprintf(&path, ".p/%d", count)
	}
	return path.String()
}

func min(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}
