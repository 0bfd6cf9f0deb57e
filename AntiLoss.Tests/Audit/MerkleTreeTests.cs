using System.Security.Cryptography;
using AntiLoss.Domain.Audit;
using CsCheck;

namespace AntiLoss.Tests.Audit;

/// <summary>The tree is RFC 6962's: published vectors, the recursive definition, and proofs that hold for the truth and nothing else.</summary>
public sealed class MerkleTreeTests
{
    // The leaves and roots that the implementations of Certificate Transparency are tested with.
    private static readonly string[] Leaves =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

    private static readonly string[] Roots =
    [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    private static readonly TreeHash[] Hashes = [.. Leaves.Select(leaf => MerkleTree.LeafHash(Convert.FromHexString(leaf)))];

    [Fact]
    public void Roots_are_the_published_ones()
    {
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", $"{TreeEdge.Empty.Root}");
        var edge = TreeEdge.Empty;
        foreach (var (hash, root) in Hashes.Zip(Roots))
        {
            edge = edge.Append([hash]).Edge;
            Assert.Equal(root, $"{edge.Root}");
        }
    }

    [Theory]
    [InlineData(0, 8, "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7 5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e 6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4")]
    [InlineData(2, 3, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
    [InlineData(0, 1, "")]
    public void Inclusion_paths_are_the_published_ones(int index, int size, string path) =>
        Assert.Equal(path, string.Join(' ', TreeRange.InclusionPath(index, size).Select(range => Fold(Hashes, range))));

    [Theory]
    [InlineData(1, 8, "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7 5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e 6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4")]
    [InlineData(6, 8, "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0 d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")]
    [InlineData(2, 5, "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b")]
    [InlineData(3, 3, "")]
    public void Consistency_paths_are_the_published_ones(int first, int second, string path) =>
        Assert.Equal(path, string.Join(' ', TreeRange.ConsistencyPath(first, second).Select(range => Fold(Hashes, range))));

    [Fact]
    public void Every_leaf_of_every_tree_up_to_140_leaves_is_proven_and_every_growth()
    {
        var leaves = Enumerable.Range(0, 140).Select(Leaf).ToArray();
        for (var size = 1; size <= leaves.Length; size++)
        {
            var root = RootOf(leaves.AsSpan(0, size));
            for (var index = 0; index < size; index++)
            {
                var path = TreeRange.InclusionPath(index, size).Select(range => Fold(leaves, range)).ToArray();
                Assert.True(MerkleTree.IsIncluded(leaves[index], index, size, path, root));
                Assert.False(MerkleTree.IsIncluded(leaves[index], index ^ 1, size, path, root));
            }
            for (var first = 0; first <= size; first++)
            {
                var path = TreeRange.ConsistencyPath(first, size).Select(range => Fold(leaves, range)).ToArray();
                Assert.True(MerkleTree.IsConsistent(first, RootOf(leaves.AsSpan(0, first)), size, root, path));
            }
        }
    }

    [Fact]
    public void An_edge_that_grew_in_any_steps_and_was_put_back_together_is_the_recursive_tree() =>
        Gen.Int[0, 1_500].List[1, 6].Sample(steps =>
        {
            var (edge, all, tiles) = (TreeEdge.Empty, new List<TreeHash>(), new Dictionary<(int, long), TreeTile>());
            foreach (var step in steps)
            {
                TreeHash[] next = [.. Enumerable.Range(all.Count, step).Select(Leaf)];
                all.AddRange(next);
                (edge, var full) = TreeEdge.Of(edge.Size, edge.Levels).Append(next);
                foreach (var tile in full)
                    tiles.Add((tile.Level, tile.Index), tile with { Hashes = TreeTile.HashesOf(tile.ToBytes())!.Value });
            }
            var leaves = all.ToArray();
            Assert.Equal((leaves.Length, RootOf(leaves)), ((int)edge.Size, edge.Root));
            Assert.Equal(leaves.Length / TreeTile.Width, tiles.Keys.Count(key => key.Item1 == 0));

            // Whatever a proof names is in the edge or in a full tile.
            if (leaves.Length < 2)
                return;
            foreach (var range in TreeRange.InclusionPath(leaves.Length / 3, leaves.Length).Concat(TreeRange.ConsistencyPath(1 + leaves.Length / 2, leaves.Length)))
                Assert.Equal(Fold(leaves, range), TreeRange.Fold([.. range.Nodes.Select(node => edge.Find(node) ?? TreeTile.HashOf(node, tiles[TreeTile.Of(node)].Hashes.AsSpan()))]));
        }, iter: 40);

    [Fact]
    public void A_proof_with_anything_changed_is_none() =>
        Gen.Select(Gen.Int[2, 90], Gen.Int[0, 1_000], Gen.Int[0, 1_000], Gen.Int[0, 7]).Sample((size, at, place, bit) =>
        {
            TreeHash[] leaves = [.. Enumerable.Range(0, size).Select(Leaf)];
            var root = RootOf(leaves);
            var index = at % size;
            TreeHash[] inclusion = [.. TreeRange.InclusionPath(index, size).Select(range => Fold(leaves, range))];
            Assert.False(MerkleTree.IsIncluded(Flip(leaves[index], bit), index, size, inclusion, root));
            Assert.False(MerkleTree.IsIncluded(leaves[index], index, size, inclusion, Flip(root, bit)));
            Assert.False(MerkleTree.IsIncluded(leaves[index], index, size, Changed(inclusion, place, bit), root));
            Assert.False(MerkleTree.IsIncluded(leaves[index], index, size, inclusion[..^1], root));
            Assert.False(MerkleTree.IsIncluded(leaves[index], index, size, [.. inclusion, root], root));

            var first = 1 + at % (size - 1);
            var before = RootOf(leaves.AsSpan(0, first));
            TreeHash[] consistency = [.. TreeRange.ConsistencyPath(first, size).Select(range => Fold(leaves, range))];
            Assert.False(MerkleTree.IsConsistent(first, Flip(before, bit), size, root, consistency));
            Assert.False(MerkleTree.IsConsistent(first, before, size, Flip(root, bit), consistency));
            Assert.False(MerkleTree.IsConsistent(first, before, size, root, Changed(consistency, place, bit)));
            Assert.False(MerkleTree.IsConsistent(first, before, size, root, consistency[..^1]));
            Assert.False(MerkleTree.IsConsistent(first, before, size, root, [.. consistency, root]));
        });

    [Fact]
    public void An_edge_of_levels_that_are_not_its_sizes_is_refused()
    {
        var edge = TreeEdge.Empty.Append(Enumerable.Range(0, 300).Select(Leaf)).Edge;
        Assert.Throws<ArgumentException>(() => TreeEdge.Of(299, edge.Levels));
        Assert.Throws<ArgumentException>(() => TreeEdge.Of(300, edge.Levels[..1]));
        Assert.Throws<ArgumentException>(() => TreeEdge.Of(300, [.. edge.Levels, [Leaf(0)]]));
        Assert.Null(TreeTile.HashesOf(new byte[TreeTile.ByteLength - 1]));
        Assert.Null(TreeHash.FromBase64("AAAA"));
        Assert.Equal(Leaf(1), TreeHash.FromBase64(Leaf(1).ToBase64()));
    }

    private static TreeHash Leaf(int number) => MerkleTree.LeafHash(BitConverter.GetBytes(number));

    private static TreeHash Flip(TreeHash hash, int bit) => hash with { Third = hash.Third ^ 1UL << bit };

    private static TreeHash[] Changed(TreeHash[] path, int place, int bit) =>
        [.. path.Select((hash, i) => i == place % path.Length ? Flip(hash, bit) : hash)];

    private static TreeHash Fold(TreeHash[] leaves, TreeRange range) => RootOf(leaves.AsSpan((int)range.Start, (int)(range.End - range.Start)));

    /// <summary>MTH as the RFC writes it down, apart from the product's own way.</summary>
    private static TreeHash RootOf(ReadOnlySpan<TreeHash> leaves)
    {
        switch (leaves.Length)
        {
            case 0:
                return TreeHash.From(SHA256.HashData([]));
            case 1:
                return leaves[0];
            default:
                var split = 1;
                while (split * 2 < leaves.Length)
                    split *= 2;
                return MerkleTree.NodeHash(RootOf(leaves[..split]), RootOf(leaves[split..]));
        }
    }
}
