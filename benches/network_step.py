#!/usr/bin/env python3
"""The steps of benches/network_step.rs with PyTorch, eager, one thread: CPU time of a step, the
least of five runs. Needs PyTorch; the modular addition here has a bias for each token."""

import time

import torch
torch.set_num_threads(1)
import torch.nn as nn, torch.nn.functional as F
def cpu(): return time.clock_gettime(time.CLOCK_THREAD_CPUTIME_ID)
class Mod(nn.Module):
    def __init__(s):
        super().__init__(); s.e=nn.Embedding(53,12); s.l=nn.Linear(12,48); s.r=nn.Linear(12,48); s.o=nn.Linear(48,53,bias=False)
    def forward(s,x): return s.o(F.gelu(s.l(s.e(x[:,0]))+s.r(s.e(x[:,1]))))
seq=lambda ws,a: nn.Sequential(*sum([[nn.Linear(ws[i],ws[i+1])]+([a()] if i<len(ws)-2 else []) for i in range(len(ws)-1)],[]))
cases=[("64-32-10 tanh b64",seq([64,32,10],nn.Tanh),1797,64,'ce',64),("784-256-10 b128",seq([784,256,10],nn.ReLU),2000,128,'ce',784),("3x512 b512",seq([512]*4,nn.ReLU),2000,512,'mse',512),("modadd",Mod(),2668,64,'mod',2)]
for name,m,n,b,k,inw in cases:
    X=torch.randint(0,53,(n,2)) if k=='mod' else torch.randn(n,inw)
    Y=torch.randn(n,512) if k=='mse' else torch.randint(0,53 if k=='mod' else 10,(n,))
    ps=list(m.parameters()); p0=[p.detach().clone() for p in ps]; eps,nb=1e-6,100.
    idx=[torch.randint(0,n,(b,)) for _ in range(50)]
    def step(i):
        for p in ps: p.grad=None
        o=m(X[idx[i%50]]); y=Y[idx[i%50]]
        l=.5*((o-y)**2).sum(1).mean() if k=='mse' else F.cross_entropy(o,y)
        l.backward()
        with torch.no_grad():
            for p,q in zip(ps,p0):
                p.add_(nb*p.grad+(p-q),alpha=-eps/2).add_(torch.randn_like(p),alpha=eps**.5)
    R={'mse':6}.get(k,100 if inw==784 else 1000)
    best=1e9
    for _ in range(5):
        t=cpu()
        for i in range(R): step(i)
        best=min(best,(cpu()-t)/R)
    print(name,'%.1f us'%(best*1e6),flush=True)
