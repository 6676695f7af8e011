# λ̂ by a random walk at one temperature, in Julia: the protocol of docs/conformance.md with nothing
# but JSON.jl. It is kept as a text to begin from; this project does not run it.
#
#     rlct verify --energies --command 'julia random_walk.jl'

using JSON, Random, Statistics

function rational(text)
    parts = parse.(Float64, split(text, "/"))
    length(parts) > 1 ? parts[1] / parts[2] : parts[1]
end

function loss_of(case)
    terms = [[(Int.(e), rational(c)) for (e, c) in g] for g in case["terms"]]
    value(g, w) = sum(c * prod(w .^ e) for (e, c) in g)
    ideal = case["reading"] == "ideal"
    w -> ideal ? sum(value(g, w)^2 for g in terms) : value(terms[1], w)
end

function chain(case, rng; steps = 20_000)
    loss, t, d = loss_of(case), case["t"], length(case["variables"])
    lower = [v in case["nonnegative"] ? 0.0 : -1.0 for v in case["variables"]]
    powers = rational.(case["amplitude"])
    log_prior(w) = all(lower .<= w .<= 1) ? sum(powers .* log.(abs.(w))) : -Inf
    w = 1e-3 .* rand(rng, d) .+ 1e-6
    k, total = loss(w), 0.0
    for step in 1:2steps
        new = w .+ 10.0^(4.3 * rand(rng) - 4) .* randn(rng, d)
        change = log_prior(new) - log_prior(w)
        if isfinite(change)
            new_k = loss(new)
            if log(rand(rng)) < change - t * (new_k - k)
                w, k = new, new_k
            end
        end
        total += step > steps ? k : 0.0
    end
    t * total / steps
end

for line in eachline(stdin)
    case = JSON.parse(line)
    each = [chain(case, MersenneTwister(1000 * case["seed"] + i)) for i in 1:8]
    answer = Dict("quantity" => "energy", "value" => mean(each),
                  "standard_error" => max(std(each) / sqrt(8), 1e-9))
    println(JSON.json(answer)); flush(stdout)
end
